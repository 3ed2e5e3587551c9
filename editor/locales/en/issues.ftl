### The issues panel. What an issue says comes from its rule.

issues-checking = Checking...
    .hint = Rules run after every change.
    .now = checking...
issues-none = No issues
    .hint = The server would take this project as it is.
issues-filtered = Nothing to show
    .hint = What is wrong is filtered out or hidden.
issues-by-severity = By severity
issues-by-rule = By rule
issues-by-island = By island
# Group of issues that are about no island.
issues-of-project = Project
issues-show-errors = Show errors
issues-show-warnings = Show warnings
issues-show-hints = Show hints
issues-filter = Filter issues
    .hint = Filter
issues-group = Group issues
issues-this-island = This island only
# $count (Number)
issues-show-hidden = Show { $count } hidden
issues-selected = { $count ->
    [one] { $count } issue selected
   *[other] { $count } issues selected
}
# $count (Number)
issues-fix = Fix { $count }
    .tooltip = As one step. Fixes that touch the same record wait for the next check.
# Label of the button, and name of the step.
step-fix = Fix { $count ->
    [one] { $count } issue
   *[other] { $count } issues
}
issues-hide-selected = Hide them
issues-copy = Copy as text
issues-hide = Hide this issue
# $rule (String) - the code of a rule
issues-hide-rule = Hide rule { $rule }
issues-show-again = Show again
