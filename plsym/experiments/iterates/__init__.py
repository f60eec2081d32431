"""Iterates of maps of an interval, learnt and counted.

easy_hard        networks trained on f^t against certified bounds; targets: their labels
periods_gallery  cycles, covering graphs, crossings; gallery_tables, gallery_figures
"""
