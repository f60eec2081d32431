"""The 64-piece sawtooth under noise, and learnt again.

sawtooth_noise, sawtooth_relearn  the experiments
networks    the sawtooth in two forms, under noise; figures
"""
