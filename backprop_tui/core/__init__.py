"""The mathematics and what follows from it: numpy and the standard library, nothing else."""
