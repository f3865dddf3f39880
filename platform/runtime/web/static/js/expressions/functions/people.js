// Functions on who asks.
import { NOBODY } from "newel/expressions/values";

export const PEOPLE = {
  me: (facts) => facts.user ?? NOBODY,
  in_role: (facts, role) => facts.roles.includes(role),
  in_team: (facts, team) => facts.teams.includes(team) || facts.team_names.includes(team),
  is_manager_of: (facts, user) => facts.reports.includes(user),
  in_unit_tree: (facts, team) => facts.units.includes(team),
};
