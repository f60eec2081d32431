"""Numbers: nothing here knows geometry.

rationals, scalars        the input gate, and the seam between public and internal numbers
numberfield, element, algebraic   real number fields Q(alpha) with exact sign, order and equality
decide, enclosure         filter, refine, decide exactly; honest intervals
dyadics, residues         arrays of exact weights; exact matrix products over float64 BLAS
intarray, polynomials     integer arrays over one denominator; factors and real roots
"""
