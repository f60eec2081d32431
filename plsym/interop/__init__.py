"""Foreign libraries, one file each, imported on use only.

onnx       ONNX models to and from networks
torch      PyTorch modules and state dicts; torch_files: .pt files, looked at before they load
sklearn    scikit-learn's multilayer perceptrons
sympy      sympy expressions to and from functions
files      load and save by suffix
"""
