// CSV becomes the same records as JSON Lines, and hostile files stay their own problem.
#include <fstream>
#include <sstream>
#include <vector>

#include "cicada/host/issuance/batch.h"
#include "record_maker.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::issuance;
using cicada::test::all_of;

namespace {

const std::filesystem::path kSamples = "../personalization-scripts/samples";

/// A mapping of every key that a record must have, with the columns that a test is about first.
std::string mapping_text(std::string_view separator = ",") {
  std::string text = "separator = \"" + std::string{separator} + "\"\n[constants]\n";
  text +=
      "sex = \"Nam\"\nnationality = \"Việt Nam\"\nethnic_group = \"Kinh\"\nreligion = \"Không\"\nplace_of_origin = "
      "\"Nam "
      "Định\"\nidentifying_marks = \"Sẹo\"\nissue_date = \"2022-10-04\"\nexpiry_date = \"2028-06-13\"\nfather = \"Lê "
      "Văn "
      "Thuần\"\nmother = \"Bùi Thị Nhạn\"\nissuing_unit = \"Cục\"\nportrait = \"portrait.jpg\"\n";
  for (const auto& [name, field] : {std::pair{"SO", "number"}, {"TEN", "name"}, {"NOI_O", "residence"}}) {
    text += std::string{"[[column]]\nname = \""} + name + "\"\nfield = \"" + field + "\"\n";
  }
  return text + "[[column]]\nname = \"SINH\"\nfield = \"birth_date\"\ndate = \"dd/mm/yyyy\"\n";
}

RecordFormat format(std::string_view text) {
  auto mapping = parse_csv_mapping(text, "m.toml");
  CHECK_TEXT(mapping.has_value(), mapping ? "" : mapping.error().text.c_str());
  return RecordFormat{*std::move(mapping)};
}

void mapping_refused(const std::string& text, const char* why) {
  const auto mapping = parse_csv_mapping(text, "m.toml");
  CHECK_TEXT(!mapping.has_value(), text.c_str());
  CHECK_TEXT(mapping.error().text.starts_with("m.toml:"), mapping.error().text.c_str());
  STRCMP_CONTAINS(why, mapping.error().text.c_str());
}

}  // namespace

TEST_GROUP(Csv) {
  const test::PortraitFolder folder;
  std::vector<RecordOutcome> outcomes;
  BatchReport report;
  std::string problem;

  void teardown() override {
    outcomes = {};
    problem = {};
  }
  void read(const std::string& text, const RecordFormat& how) {
    outcomes.clear();
    problem.clear();
    std::istringstream stream{text};
    const auto result = read_batch(stream, how, folder.context(),
                                   [this](RecordOutcome&& outcome) { outcomes.push_back(std::move(outcome)); });
    if (result) {
      report = *result;
      CHECK(report.balances());
    } else {
      problem = result.error().text;
    }
  }
  void read(const std::string& text) {
    read(text, format(mapping_text()));
  }
  /// The only record must be refused with J01 and these words.
  void refuses(const std::string& row, const char* words) {
    read("SO,TEN,NOI_O,SINH\n" + row + "\n");
    CHECK_TEXT(!outcomes.empty(), problem.c_str());
    CHECK_STRING("J01", outcomes[0].findings.at(0).rule);
    STRCMP_CONTAINS(words, outcomes[0].findings[0].message.c_str());
    CHECK(outcomes[0].findings[0].value.size() < 300);
  }
};

TEST(Csv, rows_are_records) {
  read("SO,TEN,NOI_O,SINH\n036088981207,Lê Thế Khởi,\"Số 8, \"\"Hoa Gạo\"\"\",13/06/1988\n");
  CHECK_TEXT(problem.empty(), problem.c_str());
  CHECK_TEXT(outcomes.at(0).accepted(), all_of(outcomes.at(0).findings).c_str());
  CHECK_STRING("Số 8, \"Hoa Gạo\"", outcomes[0].dossier->residence);
  CHECK(outcomes[0].dossier->birth_date == test::day(1988, 6, 13));
  CHECK_STRING("036088981207", outcomes[0].origin.dossier);
  LONGS_EQUAL(2, outcomes[0].line);
}

TEST(Csv, comes_with_any_separator_mark_line_end_and_order_of_columns) {
  for (const auto& [name, c] : {std::pair{",", ","}, {";", ";"}, {"tab", "\t"}}) {
    const std::string s{c};
    read("\xEF\xBB\xBFSINH" + s + "TEN" + s + "SO" + s + "NOI_O\r\n\r\n13/06/1988" + s + "Lê Thế Khởi" + s +
             "036088981207" + s + "Nam Định",
         format(mapping_text(name)));
    CHECK_TEXT(problem.empty(), problem.c_str());
    CHECK_TEXT(outcomes.at(0).accepted(), all_of(outcomes.at(0).findings).c_str());
    LONGS_EQUAL(1, report.empty_lines);
  }
}

TEST(Csv, values_in_quotes_span_lines) {
  read("SO,TEN,NOI_O,SINH\n036088981207,\"Lê\nThế Khởi\",x,13/06/1988\n036088981208,Lê Khởi,x,13/06/1988\n");
  LONGS_EQUAL(2, outcomes.size());
  LONGS_EQUAL(2, outcomes[0].line);
  LONGS_EQUAL(4, outcomes[1].line);
  CHECK(test::find(outcomes[0].findings, "T03", "name") != nullptr);  // a line end is no part of a name
}

TEST(Csv, the_sample_becomes_cards) {
  std::ifstream file{kSamples / "citizens.csv", std::ios::binary};
  auto mapping = load_csv_mapping(kSamples / "citizens.mapping.toml");
  CHECK_TEXT(mapping.has_value(), mapping ? "" : mapping.error().text.c_str());
  const auto result =
      read_batch(file, RecordFormat{*std::move(mapping)}, {.today = test::day(2026, 7, 1), .folder = kSamples},
                 [this](RecordOutcome&& outcome) { outcomes.push_back(std::move(outcome)); });
  CHECK_TEXT(result.has_value(), result ? "" : result.error().text.c_str());
  LONGS_EQUAL(3, result->accepted);
  CHECK(!outcomes[0].dossier->expiry_date.has_value());  // KTH
  CHECK_STRING("CSV-0004", outcomes[1].origin.dossier);
  CHECK_STRING("MAY-3", outcomes[1].origin.machine);
  LONGS_EQUAL(2, outcomes[0].origin.priority);
  CHECK_STRING("Nữ", outcomes[2].dossier->sex_text);
  // The same people as in citizens.jsonl.
  std::ifstream lines{kSamples / "citizens.jsonl"};
  std::map<std::string, CheckedDossier> people;
  CHECK_OK(read_batch(lines, {.today = test::day(2026, 7, 1), .folder = kSamples},
                      [&](RecordOutcome&& outcome) { people.emplace(outcome.number, *std::move(outcome.dossier)); }));
  for (const auto& outcome : outcomes) {
    const auto& other = people.at(outcome.number);
    CHECK_STRING(other.name, outcome.dossier->name);
    CHECK_STRING(other.residence, outcome.dossier->residence);
    CHECK(other.spouses == outcome.dossier->spouses);
    CHECK(other.birth_date == outcome.dossier->birth_date && other.expiry_date == outcome.dossier->expiry_date);
    CHECK(other.portrait.digest == outcome.dossier->portrait.digest);
  }
}

TEST(Csv, findings_name_line_and_column) {
  read("SO,TEN,NOI_O,SINH\n036088981207,Lê Thế Khởi 2,x,00/00/1988\n");
  const auto& findings = outcomes.at(0).findings;
  const auto* const name = test::find(findings, "T05", "name");
  const auto* const birth = test::find(findings, "D01", "birth_date");
  CHECK_TEXT(name != nullptr && birth != nullptr, all_of(findings).c_str());
  STRCMP_CONTAINS("column \"TEN\"", name->message.c_str());
  STRCMP_CONTAINS("cột \"SINH\"", birth->message_vi.c_str());
}

TEST(Csv, days_of_other_forms_are_the_rules_to_refuse) {
  for (const auto* const bad : {"1988", "31/02/1988", "13-06-1988", "13/06/88", "13/06", "/"}) {
    read(std::string{"SO,TEN,NOI_O,SINH\n036088981207,Lê Khởi,x,"} + bad + "\n");
    CHECK_TEXT(!outcomes.at(0).accepted() && outcomes[0].findings.at(0).field == "birth_date", bad);
  }
  auto text = mapping_text();
  for (const auto& [form, value] :
       {std::pair{"ddmmyyyy", "13061988"}, {"yyyymmdd", "19880613"}, {"yyyy-mm-dd", "1988-06-13"}}) {
    auto mapping = text;
    mapping.replace(mapping.find("dd/mm/yyyy"), 10, form);
    read(std::string{"SO,TEN,NOI_O,SINH\n036088981207,Lê Khởi,x,"} + value + "\n", format(mapping));
    CHECK_TEXT(outcomes.at(0).accepted(), all_of(outcomes.at(0).findings).c_str());
  }
}

TEST(Csv, values_that_are_not_mapped_are_refused_with_their_place) {
  auto text = mapping_text();
  text.erase(text.find("sex = \"Nam\"\n"), 12);
  text += "[[column]]\nname = \"GT\"\nfield = \"sex\"\nvalues = { \"1\" = \"Nam\" }\n";
  read("SO,TEN,NOI_O,SINH,GT\n036088981207,Lê Khởi,x,13/06/1988,1\n036088981208,Lê Khởi,x,13/06/1988,3\n",
       format(text));
  CHECK(outcomes.at(0).accepted());
  const auto* const finding = test::find(outcomes.at(1).findings, "J04", "sex");
  CHECK_TEXT(finding != nullptr, all_of(outcomes.at(1).findings).c_str());
  STRCMP_CONTAINS("line 3, column ", finding->message.c_str());
  CHECK_STRING("3", finding->value);
}

TEST(Csv, hostile_rows_are_refused_and_the_next_one_is_read) {
  refuses("036088981207,Lê \"Khởi\",x,13/06/1988", "line 2, column");
  refuses("036088981207,\"Lê\" Khởi,x,13/06/1988", "closing quote");
  refuses(std::string{"036088981207,Lê\0Khởi,x,13/06/1988", 36}, "NUL");
  refuses("036088981207,L\xEA Khoi,x,13/06/1988", "line 2, column 15: not UTF-8");
  refuses("036088981207,Lê Khởi,x", "3 cells, the header has 4");
  refuses("036088981207,Lê Khởi,x,13/06/1988,y", "5 cells, the header has 4");
  refuses(std::string(300, ','), "too many columns");
  refuses("036088981207," + std::string(10UL * 1024 * 1024, 'x') + ",x,13/06/1988\n036088981208,Lê Khởi,x,13/06/1988",
          "longer than");
  LONGS_EQUAL(2, outcomes.size());
  CHECK_TEXT(outcomes[1].accepted(), all_of(outcomes[1].findings).c_str());
  LONGS_EQUAL(3, outcomes[1].line);
}

TEST(Csv, a_quote_that_is_not_closed_spoils_its_line_and_no_other) {
  std::string text = "SO,TEN,NOI_O,SINH\n036088981207,\"Lê Khởi,x,13/06/1988\n";
  for (int i = 0; i < 20; ++i)
    text += "0360889812" + std::to_string(10 + i) + ",Lê Khởi " + std::string(1, 'A') + ",x,13/06/1988\n";
  read(text);
  LONGS_EQUAL(21, outcomes.size());
  CHECK_STRING("J01", outcomes[0].findings.at(0).rule);
  STRCMP_CONTAINS("not closed", outcomes[0].findings[0].message.c_str());
  for (std::size_t i = 1; i < outcomes.size(); ++i) {
    LONGS_EQUAL(i + 2, outcomes[i].line);
    CHECK_STRING("Lê Khởi A", outcomes[i].name);
  }
  read("SO,TEN,NOI_O,SINH\n036088981207,Lê Khởi,x,\"");
  LONGS_EQUAL(1, outcomes.size());
}

TEST(Csv, a_file_of_open_quotes_is_read_in_bounded_time) {
  std::string text = "SO,TEN,NOI_O,SINH\n";
  for (int i = 0; i < 5000; ++i) text += "\"a\n";
  // An even number of quotes closes: pairs of lines are one value, and then something stands behind the quote.
  read(text);
  CHECK(report.accepted == 0 && report.records >= 2500);
}

TEST(Csv, headers_are_those_of_the_mapping) {
  read("SO,TEN,NOI_O\n");
  STRCMP_CONTAINS("column \"SINH\" is missing", problem.c_str());
  read("SO,TEN,NOI_O,SINH,LA\n");
  STRCMP_CONTAINS("records:1:19: column \"LA\" is not in the mapping", problem.c_str());
  read("SO,SO,TEN,NOI_O,SINH\n");
  STRCMP_CONTAINS("stands twice", problem.c_str());
  read("");
  STRCMP_CONTAINS("no header", problem.c_str());
  read("SO,\"TEN,NOI_O,SINH\n");
  STRCMP_CONTAINS("not closed", problem.c_str());
}

TEST(Csv, mappings_are_refused_where_they_are_wrong) {
  const auto good = mapping_text();
  const auto with = [&](const std::string& more) { return good + more; };
  mapping_refused(with("colour = 1\n"), "unknown key");
  mapping_refused(with("[[column]]\nname = \"X\"\nfield = \"nmae\"\n"), "no such key");
  mapping_refused(with("[[column]]\nname = \"X\"\nfield = \"name\"\n"), "stands twice");
  mapping_refused(with("[[column]]\nname = \"SO\"\nfield = \"team\"\n"), "stands twice");
  mapping_refused(with("[[column]]\nname = \"X\"\nfield = \"team\"\ndate = \"ddmmyyyy\"\n"), "no day");
  mapping_refused(with("[[column]]\nname = \"X\"\nfield = \"captured_on\"\ndate = \"mm/dd/yyyy\"\n"), "is not one of");
  mapping_refused(with("[[column]]\nname = \"X\"\nfield = \"spouses\"\n"), "separates");
  mapping_refused(with("[[column]]\nname = \"X\"\nfield = \"team\"\nsplit = \"/\"\n"), "no list");
  mapping_refused(with("[[column]]\nname = \"X\"\nignore = false\n"), "ignore");
  auto without = good;
  without.erase(without.find("sex = \"Nam\"\n"), 12);
  mapping_refused(without, "nothing fills the field sex");
  auto other = good;
  other.replace(other.find("separator = \",\""), 15, "separator = \"|\"");
  mapping_refused(other, "is not one of");
}
