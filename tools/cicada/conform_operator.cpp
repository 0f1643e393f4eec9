#include "conform_operator.h"

#include <fmt/format.h>

#include <iostream>
#include <string>

namespace cicada::tools {

using conformance::reader::Judgement;

namespace {

/// The zone line by line: 90, 72 or 88 characters.
std::string lines_of(const std::string& mrz) {
  const std::size_t size = mrz.size() == 90 ? 30 : mrz.size() / 2;
  std::string text;
  for (std::size_t from = 0; from < mrz.size() && size > 0; from += size) text += "  " + mrz.substr(from, size) + "\n";
  return text;
}

Judgement ask() {
  for (std::string answer;
       std::cerr << "successful (s), failed (f), or no verdict (n)? " && std::getline(std::cin, answer);) {
    if (answer == "s") return {.result = Judgement::Result::successful};
    if (answer == "f") return {.result = Judgement::Result::failed};
    if (answer == "n") return {.result = Judgement::Result::trouble, .text = "the operator saw no verdict"};
  }
  return {.result = Judgement::Result::not_judged, .text = "the operator gave no answer"};
}

}  // namespace

Judgement OperatorReader::inspect(conformance::reader::CardInField& card) {
  const auto& shown = card.presented();
  lower_tester::Inserted inserted{card, where_};
  if (!inserted.is_seen()) {
    if (const auto error = inserted.remove()) return lower_tester::judgement_of(*error, where_);
  }
  std::cerr << fmt::format("\nA card is in {}.\n{}", where_.name, lines_of(shown.mrz));
  if (!shown.can.empty()) std::cerr << "  CAN " << shown.can << '\n';
  std::cerr << "  trust " << shown.trust.string() << '\n';
  if (!shown.terminal.empty()) std::cerr << "  terminal " << shown.terminal.string() << '\n';
  auto judgement = ask();
  if (const auto error = inserted.remove()) return lower_tester::judgement_of(*error, where_);
  return judgement;
}

}  // namespace cicada::tools
