// Catalogues: the built-in one, its page of documentation, and what is refused.
#include "cicada/applet_sim/misbehave/catalogue.h"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <set>
#include <sstream>

#include "builtin.h"

#include "harness.h"

using namespace cicada::applet_sim::misbehave;

namespace {

constexpr std::string_view kHead = R"([[fault]]
name = "one"
title = "One."
clause = "9303-11"
caught_by = "access"
result = "failed"
reason = "because"
)";

/// A fault with this action.
std::string with_act(std::string_view act) {
  return fmt::format("{}[[fault.act]]\n{}\n", kHead, act);
}

const Action& only_action(const std::vector<Fault>& faults) {
  return faults.at(0).actions.at(0);
}

/// The text is refused, at this line, for this reason.
void check_refused(const std::string& text, unsigned line, std::string_view part) {
  const auto parsed = parse_catalogue(text, "mine.toml");
  if (parsed) FAIL(("accepted:\n" + text).c_str());
  const auto place = fmt::format("mine.toml:{}:", line);
  CHECK_TEXT(parsed.error().text.starts_with(place), parsed.error().text.c_str());
  CHECK_TEXT(parsed.error().text.find(part) != std::string::npos, parsed.error().text.c_str());
}

std::string page() {
  std::ifstream in{"../docs/misbehaviour.md"};
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string row_of(const Fault& fault) {
  const auto needs = fmt::format("{}", fmt::join(fault.needs, ", "));
  if (fault.kind == Kind::quirk) return fmt::format("| `{}` | {} | {} |\n", fault.name, needs, fault.title);
  return fmt::format("| `{}` | {} | {} | {} | {} |\n", fault.name, needs, fault.expectation.check,
                     to_string(fault.expectation.outcome), fault.title);
}

}  // namespace

TEST_GROUP(Catalogue){};

TEST(Catalogue, that_is_built_in_is_read_whole) {
  std::size_t faults = 0;
  for (const auto& file : builtin_files()) {
    const auto parsed = parse_catalogue(file.text, file.name);
    if (!parsed) FAIL(parsed.error().text.c_str());
    faults += parsed->size();
  }
  LONGS_EQUAL(faults, builtin_catalogue().size());
  CHECK(builtin_catalogue().size() >= 80);
}

TEST(Catalogue, lets_a_chip_forget_a_check_that_there_is) {
  const auto read =
      parse_catalogue(with_act("on = \"card\"\ndo = \"neglect\"\ncheck = \"order-of-days\""), "mine.toml");
  if (!read) FAIL(read.error().text.c_str());
  CHECK(only_action(*read).lapse == cicada::applet_sim::security::Lapse::order_of_days);
  check_refused(with_act("on = \"card\"\ndo = \"neglect\"\ncheck = \"manners\""), 11, "is not one of: plain-commands");
  check_refused(with_act("on = \"card\"\ndo = \"neglect\""), 8, "is missing");
}

TEST(Catalogue, waits_for_an_answer_only_where_the_card_has_one) {
  const auto read = parse_catalogue(
      with_act("at = \"select\"\nsecured = false\nanswered = 0x6A82\nrefused = true\ndo = \"status\"\nstatus = 0x9000"),
      "mine.toml");
  if (!read) FAIL(read.error().text.c_str());
  const auto& when = only_action(*read).when;
  CHECK(when.secured == false);
  CHECK(when.answered == 0x6A82);
  CHECK(when.refused == true);
  check_refused(with_act("on = \"command\"\nat = \"select\"\nrefused = true\ndo = \"answer\"\nstatus = 0x9000"), 11,
                "does not belong here");
  check_refused(with_act("on = \"wire\"\nat = \"select\"\nrefused = true\ndo = \"answer\"\nstatus = 0x9000"), 11,
                "does not belong here");
}

TEST(Catalogue, gives_a_file_a_condition_of_one_octet) {
  const auto read =
      parse_catalogue(with_act("on = \"file\"\nfile = \"DG1\"\ndo = \"condition\"\noctets = \"00\""), "mine.toml");
  if (!read) FAIL(read.error().text.c_str());
  check_refused(with_act("on = \"file\"\nfile = \"DG1\"\ndo = \"condition\"\noctets = \"0000\""), 12, "one octet");
  check_refused(with_act("on = \"file\"\nfile = \"DG1\"\ndo = \"condition\""), 8, "is missing");
}

TEST(Catalogue, says_of_a_fault_that_readers_do_not_notice_which_test_does) {
  constexpr std::string_view kAct = "[[fault.act]]\non = \"card\"\ndo = \"neglect\"\ncheck = \"expiry\"\n";
  constexpr std::string_view kStart = "[[fault]]\nname = \"one\"\ntitle = \"One.\"\nclause = \"9303-11\"\n";
  const auto text = [&](std::string_view check, std::string_view result) {
    return fmt::format("{}caught_by = \"{}\"\nresult = \"{}\"\nreason = \"ISO7816_M_2\"\n{}", kStart, check, result,
                       kAct);
  };
  const auto read = parse_catalogue(text("conformance", "passed"), "mine.toml");
  if (!read) FAIL(read.error().text.c_str());
  STRCMP_EQUAL("ISO7816_M_2", read->front().expectation.reason.c_str());
  check_refused(text("conformance", "failed"), 6, "caught by conformance alone");
  check_refused(text("access", "passed"), 6, "caught by conformance alone");
}

TEST(Catalogue, that_is_built_in_has_each_name_once_and_a_card_for_each) {
  std::set<std::string> names;
  for (const auto& fault : builtin_catalogue()) {
    CHECK_TEXT(names.insert(fault.name).second, fault.name.c_str());
    CHECK_TEXT(!fault.needs.empty(), fault.name.c_str());
    POINTERS_EQUAL(&fault, find(builtin_catalogue(), fault.name));
  }
  CHECK(find(builtin_catalogue(), "no-such-fault") == nullptr);
}

TEST(Catalogue, stands_in_the_documentation_line_by_line_and_nothing_else_does) {
  const auto text = page();
  for (const auto& fault : builtin_catalogue()) {
    const auto row = row_of(fault);
    CHECK_TEXT(text.find(row) != std::string::npos, ("docs/misbehaviour.md lacks " + row).c_str());
  }
  std::size_t rows = 0;
  for (auto at = text.find("\n| `"); at != std::string::npos; at = text.find("\n| `", at + 1)) ++rows;
  LONGS_EQUAL(builtin_catalogue().size(), rows);
}

TEST(Catalogue, has_a_fault_for_each_step_of_each_protocol) {
  std::set<Step> steps;
  for (const auto& fault : builtin_catalogue()) {
    for (const auto& action : fault.actions) steps.insert(action.when.step);
  }
  for (auto step = static_cast<unsigned>(Step::bac_challenge); step <= static_cast<unsigned>(Step::ta_auth); ++step) {
    CHECK_TEXT(steps.contains(static_cast<Step>(step)), std::to_string(step).c_str());
  }
}

TEST(Catalogue, takes_an_action_as_it_is_written) {
  const auto faults = parse_catalogue(with_act(R"(at = "read:DG2"
nth = 2
after = "ca-ga"
on = "objects"
do = "set"
object = "87/30#2"
containing = "0102"
offset = -3
count = 2
octets = "AA BB")"),
                                      "mine.toml");
  if (!faults) FAIL(faults.error().text.c_str());
  const auto& action = only_action(*faults);
  CHECK(action.when.step == Step::read);
  CHECK(action.when.file == (FileName{.fid = 0x0102, .in_mf = false}));
  LONGS_EQUAL(2, action.when.nth.value_or(0));
  CHECK(action.when.after == Step::ca_ga);
  CHECK(action.place == Place::objects);
  CHECK(action.verb == Verb::set);
  CHECK(action.object == (Path{{.tag = 0x87}, {.tag = 0x30, .nth = 2}}));
  LONGS_EQUAL(-3, action.offset.value_or(0));
  LONGS_EQUAL(2, action.octets.size());
}

TEST(Catalogue, takes_quirks_which_are_to_pass) {
  const auto faults = parse_catalogue(R"([[quirk]]
name = "slow"
title = "Slow."
clause = "9303-10"
[[quirk.act]]
at = "any"
do = "stall"
milliseconds = 5)",
                                      "mine.toml");
  if (!faults) FAIL(faults.error().text.c_str());
  CHECK(faults->at(0).kind == Kind::quirk);
  CHECK(faults->at(0).expectation.outcome == Outcome::passed);
  CHECK(only_action(*faults).place == Place::wire);
}

TEST(Catalogue, is_refused_with_its_line_when_a_fault_is_not_complete_or_not_known) {
  check_refused("name = 1", 1, "unknown key");
  check_refused("[[fault]]\nname = \"x", 2, "");
  check_refused("", 1, "there is none");
  check_refused("[[fault]]\ntitle = \"x\"\n", 1, "fault.name: is missing");
  check_refused("[[fault]]\nname = \"Not Kebab\"\n", 2, "kebab");
  check_refused("fault = 3", 1, "must be tables");
  const std::string head{kHead};
  check_refused(head, 1, "1 to 16 actions");
  check_refused(head + "color = \"red\"", 8, "unknown key");
  check_refused(head + "needs = [\"nfc\"]", 8, "nothing that a card can have");
  check_refused(head + "needs = \"bac\"", 8, "array of strings");
  const auto changed = [&](std::string_view from, std::string_view to) {
    auto text = with_act("at = \"aa\"\ndo = \"flip\"");
    return text.replace(text.find(from), from.size(), to);
  };
  check_refused(changed("\"access\"", "\"luck\""), 5, "neither a check");
  check_refused(changed("\"failed\"", "\"sad\""), 6, "is not one of: failed, not-checked");
  check_refused(changed("\"failed\"", "\"refused\""), 6, "the reading is refused");
  check_refused(changed("\"failed\"", "\"passed\""), 6, "is a quirk");
  check_refused(changed("\"because\"", "\"\""), 7, "not empty");
  check_refused(with_act("at = \"aa\"\ndo = \"flip\"") + with_act("at = \"aa\"\ndo = \"flip\""), 12, "stands twice");
}

TEST(Catalogue, is_refused_with_its_line_when_an_action_makes_no_sense) {
  struct Case {
    std::string_view act;
    unsigned line;
    std::string_view part;
  };
  constexpr std::array kCases = {
      Case{"at = \"aa\"", 8, "do: is missing"},
      Case{"do = \"flip\"", 8, "at: is missing"},
      Case{"at = \"aa\"\ndo = \"dance\"", 10, "is no verb"},
      Case{"at = \"noon\"\ndo = \"flip\"", 9, "is no step"},
      Case{"at = \"aa:DG1\"\ndo = \"flip\"", 9, "only read and select"},
      Case{"at = \"read:DG99\"\ndo = \"flip\"", 9, "is no file"},
      Case{"at = \"aa\"\ndo = \"flip\"\non = \"moon\"", 11, "is not one of"},
      Case{"at = \"aa\"\ndo = \"endless\"\non = \"wire\"", 11, "is no place for endless"},
      Case{"at = \"aa\"\ndo = \"set\"", 8, "is missing; set needs it"},
      Case{"at = \"aa\"\ndo = \"flip\"\nwith = \"99\"", 11, "does not belong here"},
      Case{"at = \"aa\"\ndo = \"set\"\noctets = \"0\"", 11, "hexadecimal"},
      Case{"at = \"aa\"\ndo = \"set\"\noctets = \"\"", 11, "not empty"},
      Case{"at = \"aa\"\ndo = \"flip\"\noffset = 70000", 11, "out of range"},
      Case{"at = \"aa\"\ndo = \"flip\"\noffset = \"1\"", 11, "must be an integer"},
      Case{"at = \"aa\"\ndo = \"flip\"\nnth = 0", 11, "out of range"},
      Case{"at = \"aa\"\ndo = \"flip\"\nextended = 1", 11, "true or false"},
      Case{"at = \"aa\"\ndo = \"drop\"\nobject = \"7C//82\"", 11, "must be tags"},
      Case{"at = \"aa\"\ndo = \"drop\"\nobject = \"7C/82#0\"", 11, "must be tags"},
      Case{"at = \"aa\"\ndo = \"drop\"\nobject = \"7F4945\"", 11, "must be tags"},
      Case{"at = \"aa\"\ndo = \"exchange\"\nobject = \"87\"\nwith = \"99/01\"", 12, "must be one tag"},
      Case{"at = \"aa\"\ndo = \"retag\"\nobject = \"87\"\noctets = \"112233\"", 12, "one or two octets"},
      Case{"at = \"aa\"\ndo = \"status\"\nstatus = 1", 11, "out of range"},
      Case{"at = \"aa\"\ndo = \"stall\"\nmilliseconds = 100000000", 11, "out of range"},
      Case{"at = \"aa\"\ndo = \"stall\"\nmilliseconds = 5\nle-above = 3", 12, "on the wire"},
      Case{"at = \"aa\"\ndo = \"forget\"\nwhat = \"chip-key\"", 11, "is nothing for the verb forget"},
      Case{"at = \"aa\"\ndo = \"forge\"\nwhat = \"money\"", 11, "is not one of"},
      Case{"on = \"file\"\ndo = \"flip\"", 8, "file: is missing"},
      Case{"on = \"file\"\nfile = \"DG1\"\nat = \"aa\"\ndo = \"flip\"", 11, "does not belong here"},
      Case{"on = \"file\"\nfile = \"DG1\"\ndo = \"exchange\"\nwith = \"DG0\"", 12, "is no file"},
      Case{"on = \"card\"\ndo = \"replace-key\"\nwhat = \"keys\"", 11, "is nothing for the verb replace-key"},
  };
  for (const auto& one : kCases) check_refused(with_act(one.act), one.line, one.part);
}

TEST(Catalogue, is_refused_when_it_is_larger_than_any) {
  const auto set = [](std::size_t octets) {
    return with_act("at = \"aa\"\ndo = \"set\"\noctets = \"" + std::string(2 * octets, '0') + "\"");
  };
  CHECK(parse_catalogue(set(kMaxActionOctets), "mine.toml").has_value());
  check_refused(set(kMaxActionOctets + 1), 11, "more than 4,096 octets");
  const auto parsed = parse_catalogue(std::string(kMaxCatalogueSize + 1, '#'), "mine.toml");
  CHECK(!parsed);
  CHECK(parsed.error().text.find("1 MiB") != std::string::npos);
}
