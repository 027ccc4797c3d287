"""The management ledgers (管理台账) of the pilot tasks: what a bureau keeps beside the plan, one file of registers a task."""
