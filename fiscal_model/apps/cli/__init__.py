"""The command line: every message in Chinese, every outcome an exit code, nothing asked; a file for each family of verbs."""

from fiscal_model.apps.cli import lab_verbs as lab_verbs
from fiscal_model.apps.cli import many_verbs as many_verbs
from fiscal_model.apps.cli import place_verbs as place_verbs
from fiscal_model.apps.cli import plan_verbs as plan_verbs
from fiscal_model.apps.cli import proposal_verbs as proposal_verbs
from fiscal_model.apps.cli import scenario_verbs as scenario_verbs
from fiscal_model.apps.cli.outcomes import DONE as DONE
from fiscal_model.apps.cli.outcomes import FAILURE as FAILURE
from fiscal_model.apps.cli.outcomes import INPUT_FAULTS as INPUT_FAULTS
from fiscal_model.apps.cli.outcomes import USAGE as USAGE
from fiscal_model.apps.cli.outcomes import main as main
from fiscal_model.apps.cli.verb import app as app
