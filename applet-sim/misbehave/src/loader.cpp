// Catalogues from TOML.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "builtin.h"
#include "cicada/applet_sim/misbehave/catalogue.h"
#include "cicada/base/hex.h"
#include "table.h"
#include "vocabulary.h"

namespace cicada::applet_sim::misbehave {
namespace {

using Key = std::string_view;

constexpr std::array<Key, 8> kFaultKeys = {"name", "title", "clause", "needs", "caught_by", "result", "reason", "act"};
constexpr std::array<Key, 5> kQuirkKeys = {"name", "title", "clause", "needs", "act"};
constexpr std::array<Key, 8> kActKeys = {"at", "on", "do", "nth", "after", "le-above", "extended", "secured"};
constexpr std::array<Key, 2> kAnswerKeys = {"answered", "refused"};
constexpr std::array<Key, 4> kFileKeys = {"on", "do", "file", "object"};
constexpr std::int64_t kMostOctets = 65'535;
constexpr std::int64_t kLongestStall = 24LL * 60 * 60 * 1000;

bool is_kebab(std::string_view name) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789-";
  return name.find_first_not_of(kAllowed) == std::string_view::npos && name.front() != '-' && name.back() != '-';
}

template <typename T>
Checked<T> word(const Table& table, Key key, std::span<const Named<T>> words) {
  CICADA_TRY(const auto name, table.text(key));
  const auto found = by_name(words, name);
  if (found) return *found;
  std::string known;
  for (const auto& entry : words) known += fmt::format("{}{}", known.empty() ? "" : ", ", entry.name);
  return table.refuse(key, fmt::format("\"{}\" is not one of: {}", name, known));
}

Checked<FileName> file_name(const Table& table, Key key, std::string_view name) {
  const auto file = file_by_name(name);
  if (!file) return table.refuse(key, fmt::format("\"{}\" is no file: EF.COM, EF.SOD, DG1 ...", name));
  return *file;
}

/// "read", "read:DG1", "select:EF.CardAccess"
Checked<void> read_moment(const Table& table, When& when) {
  CICADA_TRY(const auto owned, table.text("at"));
  const std::string_view text = owned;
  const auto colon = text.find(':');
  const auto step = by_name(steps(), text.substr(0, colon));
  if (!step) return table.refuse("at", fmt::format("\"{}\" is no step", text));
  when.step = *step;
  if (colon == std::string::npos) return {};
  if (*step != Step::read && *step != Step::select) return table.refuse("at", "only read and select name a file");
  CICADA_TRY(when.file, file_name(table, "at", text.substr(colon + 1)));
  return {};
}

Checked<When> read_when(const Table& table) {
  When when;
  CICADA_CHECK(read_moment(table, when));
  if (table.has("nth")) {
    CICADA_TRY(const auto nth, table.number("nth", 1, 10'000));
    when.nth = static_cast<unsigned>(nth);
  }
  if (table.has("after")) {
    CICADA_TRY(when.after, word(table, "after", steps()));
  }
  if (table.has("le-above")) {
    CICADA_TRY(const auto limit, table.number("le-above", 0, kMostOctets));
    when.le_above = static_cast<std::uint32_t>(limit);
  }
  if (table.has("extended")) {
    CICADA_TRY(when.extended, table.truth("extended"));
  }
  if (table.has("secured")) {
    CICADA_TRY(when.secured, table.truth("secured"));
  }
  if (table.has("answered")) {
    CICADA_TRY(const auto word, table.number("answered", 0x6000, 0x9FFF));
    when.answered = static_cast<apdu::StatusWord>(word);
  }
  if (table.has("refused")) {
    CICADA_TRY(when.refused, table.truth("refused"));
  }
  return when;
}

/// "7C" or "30#2"
std::optional<PathElement> parse_element(std::string_view text) {
  PathElement element;
  const auto mark = text.find('#');
  const auto tag = base::from_hex(text.substr(0, mark));
  if (!tag || tag->empty() || tag->size() > 2) return std::nullopt;
  for (const auto octet : *tag) element.tag = static_cast<tlv::Tag>((element.tag << 8U) | octet);
  if (mark == std::string_view::npos) return element;
  const auto digits = text.substr(mark + 1);
  const auto* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, element.nth);
  if (read.ec != std::errc{} || read.ptr != end || element.nth == 0) return std::nullopt;
  return element;
}

Checked<Path> read_path(const Table& table, Key key) {
  CICADA_TRY(const auto owned, table.text(key));
  const std::string_view text = owned;
  Path path;
  for (std::size_t start = 0; start <= text.size();) {
    const auto end = std::min(text.find('/', start), text.size());
    const auto element = parse_element(text.substr(start, end - start));
    if (!element) return table.refuse(key, "must be tags, as in 7C/82 or 31/30#2");
    path.push_back(*element);
    start = end + 1;
  }
  return path;
}

Checked<void> read_octets(const Table& table, Action& action) {
  if (table.has("octets")) {
    CICADA_TRY(action.octets, table.octets("octets"));
  }
  if (table.has("containing")) {
    CICADA_TRY(action.containing, table.octets("containing"));
  }
  if (table.has("offset")) {
    CICADA_TRY(action.offset, table.number("offset", -kMostOctets, kMostOctets));
  }
  if (table.has("count")) {
    CICADA_TRY(action.count, table.number("count", 0, kMostOctets));
  }
  if (action.verb == Verb::condition && action.octets.size() != 1) {
    return table.refuse("octets", "a security condition has one octet");
  }
  if (action.verb == Verb::retag && action.octets.size() > 2)
    return table.refuse("octets", "a tag has one or two octets");
  return {};
}

Checked<void> read_objects(const Table& table, Action& action) {
  if (table.has("object")) {
    CICADA_TRY(action.object, read_path(table, "object"));
  }
  if (table.has("from")) {
    CICADA_TRY(action.from, read_path(table, "from"));
  }
  if (!table.has("with")) return {};
  if (action.place == Place::file && action.object.empty()) {
    CICADA_TRY(const auto name, table.text("with"));
    CICADA_TRY(action.exchange, file_name(table, "with", name));
    return {};
  }
  CICADA_TRY(const auto other, read_path(table, "with"));
  if (other.size() != 1) return table.refuse("with", "must be one tag: an object beside the other");
  action.with = other.front();
  return {};
}

Checked<void> read_rest(const Table& table, const Rule& rule, Action& action) {
  if (table.has("status")) {
    CICADA_TRY(const auto status, table.number("status", 0x6000, 0x9FFF));
    action.status = static_cast<apdu::StatusWord>(status);
  }
  if (table.has("milliseconds")) {
    CICADA_TRY(const auto time, table.number("milliseconds", 1, kLongestStall));
    action.time = std::chrono::milliseconds{time};
  }
  if (table.has("publish")) {
    CICADA_TRY(action.publish, table.truth("publish"));
  }
  if (table.has("check")) {
    CICADA_TRY(action.lapse, word(table, "check", lapses()));
  }
  if (!table.has("what")) return {};
  CICADA_TRY(action.subject, word(table, "what", subjects()));
  const bool fits = std::ranges::find(rule.subjects, action.subject) != rule.subjects.end();
  return fits ? Checked<void>{} : table.refuse("what", fmt::format("is nothing for the verb {}", rule.name));
}

Checked<const Rule*> read_rule(const Table& table) {
  CICADA_TRY(const auto verb, table.text("do"));
  for (const auto& rule : rules()) {
    if (rule.name == verb) return &rule;
  }
  return table.refuse("do", fmt::format("\"{}\" is no verb", verb));
}

/// The keys that belong to the verb, and to the place.
Checked<void> check_keys(const Table& table, const Rule& rule, Place place) {
  std::vector<Key> of_verb(rule.required.begin(), rule.required.end());
  of_verb.insert(of_verb.end(), rule.optional.begin(), rule.optional.end());
  // What the card answers is known when it has answered.
  const bool knows_answer = place == Place::reply || (place == Place::wire && rule.verb != Verb::answer);
  if (knows_answer) of_verb.insert(of_verb.end(), kAnswerKeys.begin(), kAnswerKeys.end());
  std::span<const Key> of_place = kActKeys;
  if (place == Place::file) of_place = std::span{kFileKeys}.first(3);
  if (place == Place::card) of_place = std::span{kFileKeys}.first(2);
  CICADA_CHECK(table.allow(of_place, of_verb));
  for (const auto key : rule.required) {
    if (!table.has(key)) return table.refuse(key, fmt::format("is missing; {} needs it", rule.name));
  }
  return {};
}

Checked<Action> read_action(const Table& table) {
  CICADA_TRY(const auto* const rule, read_rule(table));
  Action action{.place = rule->places.front(), .verb = rule->verb};
  if (table.has("on")) {
    CICADA_TRY(action.place, word(table, "on", places()));
  } else if (rule->places.size() > 1) {
    action.place = Place::reply;
  }
  if (std::ranges::find(rule->places, action.place) == rule->places.end()) {
    return table.refuse("on", fmt::format("is no place for {}", rule->name));
  }
  CICADA_CHECK(check_keys(table, *rule, action.place));
  if (action.place == Place::file) {
    CICADA_TRY(const auto name, table.text("file"));
    CICADA_TRY(action.file, file_name(table, "file", name));
  } else if (action.place != Place::card) {
    CICADA_TRY(action.when, read_when(table));
    if (action.when.le_above && action.place == Place::wire) {
      return table.refuse("le-above", "is not to be seen on the wire: Le is protected");
    }
  }
  CICADA_CHECK(read_octets(table, action));
  CICADA_CHECK(read_objects(table, action));
  CICADA_CHECK(read_rest(table, *rule, action));
  return action;
}

Checked<void> read_needs(const Table& table, Fault& fault) {
  if (!table.has("needs")) return {};
  CICADA_TRY(fault.needs, table.texts("needs"));
  for (const auto& need : fault.needs) {
    if (std::ranges::find(known_needs(), need) == known_needs().end()) {
      return table.refuse("needs", fmt::format("\"{}\" is nothing that a card can have", need));
    }
  }
  return {};
}

Checked<Expectation> read_expectation(const Table& table, Kind kind) {
  if (kind == Kind::quirk) return Expectation{.check = "read", .outcome = Outcome::passed, .reason = {}};
  Expectation expectation;
  CICADA_TRY(expectation.check, table.text("caught_by"));
  const bool unnoticed = expectation.check == kConformance;
  if (!unnoticed && std::ranges::find(check_names(), expectation.check) == check_names().end()) {
    return table.refuse("caught_by", "is neither a check of the verdict nor \"read\" nor \"conformance\"");
  }
  CICADA_TRY(expectation.outcome, word(table, "result", outcomes()));
  if (unnoticed != (expectation.outcome == Outcome::passed)) {
    return table.refuse("result", "a fault that passes is a quirk, or caught by conformance alone");
  }
  if ((expectation.outcome == Outcome::refused) != (expectation.check == "read")) {
    return table.refuse("result", "the reading is refused; a check is not");
  }
  CICADA_TRY(expectation.reason, table.text("reason"));
  return expectation;
}

Checked<Fault> read_fault(const toml::table& node, std::string_view file, Kind kind) {
  const Table table{node, file, to_string(kind)};
  CICADA_CHECK(kind == Kind::fault ? table.allow(kFaultKeys) : table.allow(kQuirkKeys));
  Fault fault{.kind = kind};
  CICADA_TRY(fault.name, table.text("name"));
  if (!is_kebab(fault.name)) return table.refuse("name", "is not in kebab case: a-z, 0-9, and - between them");
  CICADA_TRY(fault.title, table.text("title"));
  CICADA_TRY(fault.clause, table.text("clause"));
  CICADA_CHECK(read_needs(table, fault));
  CICADA_TRY(fault.expectation, read_expectation(table, kind));
  CICADA_TRY(const auto actions, table.tables("act"));
  if (actions.empty() || actions.size() > kMaxActions) return table.refuse("act", "there must be 1 to 16 actions");
  const auto name = fmt::format("{}.act", to_string(kind));
  for (const auto* const action : actions) {
    CICADA_TRY(fault.actions.emplace_back(), read_action(Table{*action, file, name}));
  }
  return fault;
}

Checked<void> add_all(const Table& document, Key key, Kind kind, std::string_view file, std::vector<Fault>& faults) {
  CICADA_TRY(const auto tables, document.tables(key));
  for (const auto* const node : tables) {
    if (faults.size() == kMaxFaults) return document.refuse(key, "too many faults");
    CICADA_TRY(auto fault, read_fault(*node, file, kind));
    if (find(faults, fault.name) != nullptr) {
      return Table{*node, file, to_string(kind)}.refuse("name", "stands twice");
    }
    faults.push_back(std::move(fault));
  }
  return {};
}

}  // namespace

Checked<std::vector<Fault>> parse_catalogue(std::string_view text, std::string_view file_name) {
  if (text.size() > kMaxCatalogueSize) {
    return std::unexpected{Problem{fmt::format("{}: is larger than 1 MiB", file_name)}};
  }
  toml::table document;
  try {
    document = toml::parse(text);
  } catch (const toml::parse_error& error) {
    const auto at = error.source().begin;
    return std::unexpected{Problem{fmt::format("{}:{}:{}: {}", file_name, at.line, at.column, error.description())}};
  }
  const Table table{document, file_name, "catalogue"};
  constexpr std::array<Key, 2> kKinds = {"fault", "quirk"};
  CICADA_CHECK(table.allow(kKinds));
  std::vector<Fault> faults;
  CICADA_CHECK(add_all(table, "fault", Kind::fault, file_name, faults));
  CICADA_CHECK(add_all(table, "quirk", Kind::quirk, file_name, faults));
  if (faults.empty()) return table.refuse("fault", "there is none");
  return faults;
}

const std::vector<Fault>& builtin_catalogue() {
  static const auto kCatalogue = [] {
    std::vector<Fault> all;
    for (const auto& file : builtin_files()) {
      // The build's own text: tests/unit/applet-sim/misbehave reads it with the same function and shows what is wrong.
      auto faults = parse_catalogue(file.text, file.name);
      if (faults) std::ranges::move(*faults, std::back_inserter(all));
    }
    return all;
  }();
  return kCatalogue;
}

const Fault* find(std::span<const Fault> catalogue, std::string_view name) noexcept {
  const auto found = std::ranges::find(catalogue, name, &Fault::name);
  return found == catalogue.end() ? nullptr : &*found;
}

}  // namespace cicada::applet_sim::misbehave
