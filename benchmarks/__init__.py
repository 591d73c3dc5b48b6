"""Measurements: each prints a table and is run by hand, never as a test.

python -m benchmarks.accuracy --data FOLDER     what is read right, field by field
python -m benchmarks.speed                      time and memory, as ratios within one run
"""
