// cicada-summary FILE.json ...: results of `cicada read --json` as one table that a person can read. Used by ./demo.
#include <exception>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "../cicada/terminal.h"

namespace {

using cicada::tools::safe;
using cicada::tools::table;
using cicada::tools::with_commas;

/// The checks that a card of the demo can have; the others are counted in the line below the table.
std::string mark(const std::string& result) {
  if (result == "passed") return "passed";
  if (result == "failed") return "FAILED";
  return "-";
}

std::string text_at(const nlohmann::json& object, const std::string& key) {
  return object.contains(key) && object[key].is_string() ? safe(object[key].get<std::string>()) : std::string{};
}

}  // namespace

int main(int argc, char** argv) try {
  std::vector<std::vector<std::string>> people = {{"number", "name", "access", "APDUs", "bytes", "ms", "verdict"}};
  std::vector<std::vector<std::string>> checks;
  bool all_passed = true;
  for (int i = 1; i < argc; ++i) {
    std::ifstream in{argv[i]};
    const auto result = nlohmann::json::parse(in);
    const auto& person = result.at("document");
    const auto& transfer = result.at("transfer");
    const auto octets = transfer.at("bytes_out").get<std::uint64_t>() + transfer.at("bytes_in").get<std::uint64_t>();
    people.push_back({text_at(person, "number"), text_at(person, "name"), text_at(result.at("access"), "protocol"),
                      with_commas(transfer.at("apdus").get<std::uint64_t>()), with_commas(octets),
                      with_commas(transfer.at("milliseconds").get<std::uint64_t>()), text_at(result, "verdict")});
    all_passed = all_passed && text_at(result, "verdict") == "passed";
    if (checks.empty()) {
      checks.push_back({"number"});
      for (const auto& check : result.at("checks")) checks.front().push_back(text_at(check, "check"));
    }
    checks.push_back({people.back().front()});
    for (const auto& check : result.at("checks")) checks.back().push_back(mark(text_at(check, "result")));
  }
  std::cout << table(people) << "\n";
  // One row a check reads better than eleven columns.
  std::vector<std::vector<std::string>> turned;
  for (std::size_t column = 0; !checks.empty() && column < checks.front().size(); ++column) {
    std::vector<std::string> row;
    row.reserve(checks.size());
    for (const auto& line : checks) row.push_back(column < line.size() ? line[column] : "");
    turned.push_back(std::move(row));
  }
  if (!turned.empty()) turned.front().front() = "check";
  std::cout << table(turned) << "\n  -  not checked: the card has no such protocol, or nothing to compare with\n";
  return all_passed ? 0 : 1;
} catch (const std::exception& error) {
  std::cerr << "cicada-summary: " << error.what() << '\n';
  return 2;
}
