"""Composing doubles pieces, adding adds them.

composition  the experiment; lecture: triangles and rectangles, in doubles and exactly
tables, figures
"""
