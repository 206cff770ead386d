"""A number on the left is not known.

after: right_key
check: numbers
advice: __rmul__
"""

del Tensor.__rmul__
