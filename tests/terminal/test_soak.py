"""Ten minutes at full speed."""

import pytest

from tests.benchmarks.soak import soak


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_ten_minutes_at_full_speed_take_no_more_than_the_first():
    first, *later = soak(10)
    assert later[-1].resident_mib - first.resident_mib < 1
    assert {minute[1:3] for minute in later} == {first[1:3]}  # threads and open files
    assert later[-1].frame_ms < 1.5 * first.frame_ms
