"""The front ends that print, one file each; `cli` picks one."""
