// The company beside a name: of a guest the word stands before it.

import { fill } from "../core/words.js";

export function companyOf(company, words) {
  if (!company) return "";
  return company.is_guest ? fill(words.guest, { organisation: company.name }) : company.name;
}
