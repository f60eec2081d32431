"""Groups of modules, each with the tests that are to notice a change in them."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["GROUPS", "Group"]


@dataclass(frozen=True)
class Group:
    """What is changed, and what is run for each change.

    Attributes
    ----------
    modules : tuple of str
        Files or patterns, from the root of the tree.
    tests : tuple of str
        Test files in ``tests``, or single tests "file.py::name".
    without : tuple of str
        Tests that are left out: slow ones that add nothing here, and those that start
        processes, which do not see the change.
    examples : int
        The most examples that a test with hypothesis draws.
    more_examples : dict
        Names of tests that may draw more, and how many.
    """

    modules: tuple[str, ...]
    tests: tuple[str, ...]
    without: tuple[str, ...] = ()
    examples: int = 20
    more_examples: dict[str, int] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)


GROUPS = {
    "certificates": Group(
        modules=("plsym/certificates/*.py",),
        tests=(
            *(
                f"test_checker_{name}.py"
                for name in ("points", "periods", "counts", "form", "numbers", "regions")
            ),
            "test_certificates.py",
            "test_region_certificates.py",
        ),
        without=(
            "test_certificates.py::test_small_files_cost_little",
            "test_certificates.py::test_checking_needs_the_standard_library_alone",
        ),
        examples=10,
        more_examples={"test_a_changed_certificate_is_proved_only_if_it_is_true": 40},
    ),
    "counting": Group(
        modules=(
            "plsym/piecewise/counts.py",
            "plsym/piecewise/counting.py",
            "plsym/piecewise/tower.py",
        ),
        tests=(
            "test_counts.py",
            "test_counting.py",
            "test_tower.py",
            "test_growth.py",
            "test_kneading.py",
        ),
        without=(
            "test_growth.py::test_least_growth_of_all_cycles_of_a_length",
            "test_counting.py::test_a_thousand_iterations",
        ),
    ),
    "sweep": Group(
        modules=tuple(
            f"plsym/networks/sweeping/{name}.py"
            for name in ("kernels", "thin", "zeros", "kinks", "insertion", "ordering")
        ),
        tests=(
            "test_sweep.py",
            "test_thin_layers.py",
            "test_structural_zeros.py",
            "test_twins.py",
        ),
        more_examples={
            "test_errors_as_large_as_the_bounds_change_no_decision": 100,
            "test_close_crossings_keep_their_order_whatever_the_errors": 100,
            "test_shifts_cover_errors_that_all_add_up": 60,
        },
        environment={"PLSYM_COMPILED": "0"},  # a compiled function is not changed
    ),
    "regions": Group(
        modules=(
            "plsym/regions/polygons_numpy.py",
            "plsym/regions/crossing.py",
            "plsym/regions/counting.py",
        ),
        tests=(
            "test_polygon_kernels.py",
            "test_crossing.py",
            "test_regions.py",
            "test_region_engines.py",
        ),
        without=("test_polygon_kernels.py::test_without_numba_numpy_does_the_work",),
        more_examples={
            "test_random_integer_networks_against_bounds_and_samples": 6,
            "test_the_bound_of_a_value_covers_errors_that_all_add_up": 200,
            "test_the_error_of_a_line_covers_its_direction": 200,
        },
        environment={"PLSYM_COMPILED": "0"},
    ),
}
