"""What iterates prove about networks that are too small, and how near these can come.

affine        the best affine approximation on an interval: errors with proofs (lines proposes)
links         the fewest links of a path in a tube; constants: the best constant
budgets       how many pieces an architecture can have, and which ones can represent f^t
windows       f^t cut into windows: a small network is affine on most of them
alternation   crossings and lobes: a small network is on the wrong side of a level
calculator    `separation` and `minimum_width`: the best bound, and which argument gives it
moments       exact distance of a network to f^t without listing a piece of f^t
optimal       the least error over all functions with k pieces
labels        how wrong float labels of f^t are
"""
