#include "cicada/host/lds/mrz.h"

#include "cicada/base/rng.h"
#include "vectors.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::lds;
using cicada::base::Fault;
using nlohmann::json;

namespace {

json specimens() {
  return tests::vectors::all("icao9303_mrz.json");
}

std::string joined(const json& lines) {
  std::string text;
  for (const auto& line : lines) text += line.get<std::string>() + "\n";
  return text;
}

bool is_chip_format(const json& vector) {
  const auto format = vector.at("format").get<std::string>();
  return format == "TD1" || format == "TD2" || format == "TD3";
}

const MrzCheck* find(const ParsedMrz& mrz, MrzCheck::What what) {
  for (const auto& check : mrz.checks) {
    if (check.what == what) return &check;
  }
  return nullptr;
}

std::string without_end_fillers(std::string text) {
  const auto last = text.find_last_not_of('<');
  text.resize(last == std::string::npos ? 0 : last + 1);
  return text;
}

Mrz cccd() {
  Mrz fields;
  fields.format = MrzFormat::td1;
  fields.document_code = "ID";
  fields.issuing_state = fields.nationality = "VNM";
  fields.document_number = "099000019";
  fields.optional_data = "001099000019<<9";
  fields.birth_date = "990605";
  fields.sex = 'M';
  fields.expiry_date = "240605";
  fields.primary_identifier = "NGUYEN";
  fields.secondary_identifier = "VAN MAU";
  return fields;
}

}  // namespace

TEST_GROUP(Mrz){};

TEST(Mrz, check_digits_of_the_standard) {
  int seen = 0;
  for (const auto& vector : specimens()) {
    if (vector.at("format") != "check-digit") continue;
    ++seen;
    const auto digit = check_digit(vector.at("input").get<std::string>());
    CHECK_OK(digit);
    CHECK_STRING(vector.at("check_digit").get<std::string>(), std::string(1, *digit));
  }
  LONGS_EQUAL(5, seen);
}

TEST(Mrz, check_digit_refuses_what_the_zone_cannot_hold) {
  const auto digit = check_digit("12a4");
  CHECK_FAULT(Fault::bad_input, digit);
  LONGS_EQUAL(2, *digit.error().at);
}

TEST(Mrz, fields_and_digits_of_every_specimen) {
  int seen = 0;
  for (const auto& vector : specimens()) {
    if (!is_chip_format(vector)) continue;
    ++seen;
    const auto id = vector.at("id").get<std::string>();
    const auto mrz = parse_mrz(joined(vector.at("mrz")));
    CHECK_OK(mrz);
    const auto& fields = vector.at("fields");
    CHECK_STRING(vector.at("format").get<std::string>(), to_string(mrz->fields.format));
    CHECK_STRING(without_end_fillers(fields.at("doc")), mrz->fields.document_number);
    CHECK_STRING(fields.at("doc_cd").get<std::string>(),
                 std::string(1, find(*mrz, MrzCheck::What::document_number)->printed));
    CHECK_STRING(fields.at("dob").get<std::string>(), mrz->fields.birth_date);
    CHECK_STRING(fields.at("doe").get<std::string>(), mrz->fields.expiry_date);
    CHECK_STRING(fields.at("sex").get<std::string>(), std::string(1, mrz->fields.sex));
    CHECK_STRING(without_end_fillers(fields.at("nat")), mrz->fields.nationality);
    for (const auto& check : vector.at("checks")) {
      const auto what = check.at("what").get<std::string>();
      if (what == "line lengths") continue;
      const auto* const ours = find(*mrz, what == "doc"        ? MrzCheck::What::document_number
                                          : what == "dob"      ? MrzCheck::What::birth_date
                                          : what == "doe"      ? MrzCheck::What::expiry_date
                                          : what == "optional" ? MrzCheck::What::optional_data
                                                               : MrzCheck::What::composite);
      CHECK_TEXT(ours != nullptr && ours->ok() == check.at("pass").get<bool>(), (id + ": " + what).c_str());
    }
    CHECK_TEXT(mrz->checks_ok() == vector.at("expect_valid").get<bool>(), id.c_str());
  }
  LONGS_EQUAL(10, seen);
}

TEST(Mrz, every_valid_specimen_is_built_again_character_for_character) {
  for (const auto& vector : specimens()) {
    if (!is_chip_format(vector) || !vector.at("expect_valid").get<bool>()) continue;
    const auto mrz = parse_mrz(joined(vector.at("mrz")));
    CHECK_OK(mrz);
    auto built = build_mrz(mrz->fields);
    CHECK_OK(built);
    auto expected = mrz->text;
    // An empty optional field of a TD3 may carry '<' or 0 as its digit; we write 0.
    if (vector.at("id") == "tr03105-5.1-td3") expected[86] = '0';
    CHECK_STRING(expected, *built);
  }
}

TEST(Mrz, name_fields_of_the_standard) {
  struct Name {
    const char* id;
    const char* primary;
    const char* secondary;
  };
  // The visual zone of the vectors, upper case; options 2 and 3 of one name are other legal ways to cut it.
  for (const auto& [id, primary, secondary] : {
           Name{"td3-name-01", "ERIKSSON", "ANNA MARIA"},
           Name{"td3-name-02", "HENG", "DEBORAH MING LO"},
           Name{"td3-name-03", "SMITH-JONES", "SUSIE MARGARET"},
           Name{"td3-name-04", "O'CONNOR", "ENYA SIOBHAN"},
           Name{"td3-name-05", "VAN DER MUELLEN", "MARTIN"},
           Name{"td3-name-06", "ARKFREITH", ""},
           Name{"td3-name-07", "SATRIYA SUDARPA", ""},
           Name{"td3-name-08", "NILAVADHANANANDA", "CHAYAPA DEJTHAMRONG KRASUANG"},
           Name{"td3-name-09", "NILAVADHANANANDA", "ARNPOL PETCH CHARONGUANG"},
           Name{"td3-name-10", "BENNELONG WOOLOOMOOLOO WARRANDYTE WARNAMBOOL", "DINGO POTOROO"},
           Name{"td3-name-13", "PAPANDROPOULOUS", "JONATHON WARREN TREVOR"},
       }) {
    for (const auto& vector : specimens()) {
      if (vector.at("id") != id) continue;
      const auto field = build_name_field(primary, secondary, 39);
      CHECK_OK(field);
      CHECK_STRING(vector.at("mrz_line1").get<std::string>().substr(5), *field);
    }
  }
}

TEST(Mrz, names_are_split_at_the_double_filler) {
  for (const auto& vector : specimens()) {
    if (vector.at("format") != "TD3-line1") continue;
    const auto line = vector.at("mrz_line1").get<std::string>();
    const auto mrz = parse_mrz(line + "L898902C36UTO7408122F3404159ZE184226B<<<<<16");
    CHECK_OK(mrz);
    // Putting both parts together again gives the field, so nothing was lost and nothing invented.
    const auto again = build_name_field(mrz->fields.primary_identifier, mrz->fields.secondary_identifier, 39);
    CHECK_OK(again);
    CHECK_STRING(line.substr(5), *again);
  }
}

TEST(Mrz, a_visa_is_refused_because_it_has_no_chip) {
  int seen = 0;
  for (const auto& vector : specimens()) {
    if (!vector.at("format").get<std::string>().starts_with("MRV") || !vector.at("expect_valid").get<bool>()) continue;
    ++seen;
    CHECK_FAULT(Fault::unsupported, parse_mrz(joined(vector.at("mrz"))));
  }
  LONGS_EQUAL(4, seen);
}

TEST(Mrz, the_digits_of_line_2_of_the_cyrillic_sample) {
  for (const auto& vector : specimens()) {
    if (vector.at("format") != "TD3 line 2") continue;
    const auto mrz = parse_mrz("P<UTO" + std::string(39, 'A') + vector.at("line2").get<std::string>());
    CHECK_OK(mrz);
    CHECK(mrz->checks_ok());
  }
}

TEST(Mrz, of_the_wrong_length_or_with_a_wrong_character_is_malformed) {
  CHECK_FAULT(Fault::malformed, parse_mrz(""));
  CHECK_FAULT(Fault::malformed, parse_mrz(std::string(89, '<')));
  CHECK_FAULT(Fault::malformed, parse_mrz(std::string(91, '<')));
  auto text = std::string(90, '<');
  text[17] = '!';
  const auto mrz = parse_mrz(text);
  CHECK_FAULT(Fault::malformed, mrz);
  LONGS_EQUAL(17, *mrz.error().at);
}

TEST(Mrz, a_changed_character_is_seen_by_a_check_digit) {
  const std::string good = "IDVNM0990000198001099000019<<99906057M2406053VNM<<<<<<<<<<<4NGUYEN<<VAN<MAU<<<<<<<<<<<<<<<";
  CHECK(parse_mrz(good)->checks_ok());
  // Document number, its digit, optional data, both dates with their digits, the composite: every place counts.
  for (const auto& [from, to] : {std::pair{5U, 30U}, {30U, 37U}, {38U, 45U}, {59U, 60U}}) {
    for (auto at = from; at < to; ++at) {
      auto bad = good;
      bad[at] = bad[at] == '1' ? '2' : '1';
      CHECK_FALSE(parse_mrz(bad)->checks_ok());
    }
  }
}

TEST(Mrz, of_a_vietnamese_card_comes_out_as_on_the_sample) {
  const auto sample = tests::vectors::load("cccd_invented_samples.json");
  const auto built = build_mrz(cccd());
  CHECK_OK(built);
  const auto mrz = parse_mrz(joined(sample.at("mrz")));
  CHECK_OK(mrz);
  CHECK(mrz->checks_ok());
  CHECK_STRING(mrz->text, *built);
  CHECK_STRING("001099000019<<9", mrz->fields.optional_data);
  LONGS_EQUAL(3, mrz->lines().size());
  const auto information = mrz_information(mrz->fields);
  CHECK_OK(information);
  CHECK_STRING(sample.at("bac_mrz_info").get<std::string>(), *information);
}

TEST(Mrz, build_refuses_fields_that_do_not_fit) {
  auto fields = cccd();
  fields.optional_data += "1";
  CHECK_FAULT(Fault::bad_input, build_mrz(fields));
  fields = cccd();
  fields.document_number = "09900001a";
  CHECK_FAULT(Fault::bad_input, build_mrz(fields));
  fields = cccd();
  fields.birth_date = "9906";
  CHECK_FAULT(Fault::bad_input, build_mrz(fields));
  fields = cccd();
  fields.birth_date = "99<605";
  CHECK_FAULT(Fault::bad_input, build_mrz(fields));
  fields = cccd();
  fields.sex = 'X';
  CHECK_FAULT(Fault::bad_input, build_mrz(fields));
  fields = cccd();
  fields.primary_identifier = "NGUY\u1EC4N";
  CHECK_FAULT(Fault::bad_input, build_mrz(fields));
  fields = cccd();
  fields.primary_identifier = " - ";
  CHECK_FAULT(Fault::bad_input, build_mrz(fields));
}

TEST(Mrz, a_long_number_moves_into_the_optional_data_only_where_the_standard_allows) {
  auto fields = cccd();
  fields.document_number = "001099000019";
  fields.optional_data.clear();
  const auto built = build_mrz(fields);
  CHECK_OK(built);
  CHECK_STRING("IDVNM001099000<0199<<<<<<<<<<<", built->substr(0, 30));
  const auto mrz = parse_mrz(*built);
  CHECK_OK(mrz);
  CHECK_STRING("001099000019", mrz->fields.document_number);
  CHECK(mrz->checks_ok());
  fields.format = MrzFormat::td3;
  CHECK_FAULT(Fault::bad_input, build_mrz(fields));
  fields.format = MrzFormat::td1;
  fields.document_number = std::string(9 + 14, '1');  // 14 + digit leave no place for the filler that ends the number
  CHECK_FAULT(Fault::bad_input, build_mrz(fields));
  fields.document_number.pop_back();
  CHECK_OK(build_mrz(fields));
}

TEST(Mrz, unknown_parts_of_a_date_are_fillers) {
  auto fields = cccd();
  fields.birth_date = "75<<<<";
  const auto built = build_mrz(fields);
  CHECK_OK(built);
  const auto mrz = parse_mrz(*built);
  CHECK_OK(mrz);
  CHECK(mrz->checks_ok());
  CHECK_STRING("75<<<<", mrz->fields.birth_date);
  CHECK(!birth_date_of(mrz->fields.birth_date,
                       base::Date{std::chrono::year{2026}, std::chrono::month{1}, std::chrono::day{1}}));
}

TEST(Mrz, sex_x_is_a_filler_and_another_letter_is_named) {
  auto fields = cccd();
  fields.sex = '<';
  auto built = build_mrz(fields).value();
  CHECK(parse_mrz(built).value().deviations.empty());
  built[37] = 'X';  // no check digit covers it
  const auto mrz = parse_mrz(built);
  CHECK_OK(mrz);
  CHECK(mrz->checks_ok());
  CHECK_STRING("X", std::string(1, mrz->fields.sex));
  CHECK(mrz->deviations == std::vector<std::string>{"mrz-sex"});
}

TEST(Mrz, that_was_built_in_any_format_is_read_back_field_for_field) {
  base::ReplayRng rng{9303};
  const auto draw = [&rng](std::size_t below) {
    std::array<std::uint8_t, 4> octets{};
    CHECK_OK(rng.fill(octets));
    std::size_t value = 0;
    for (const auto octet : octets) value = value << 8U | octet;
    return value % below;
  };
  const auto word = [&draw](std::string_view letters, std::size_t least, std::size_t most) {
    std::string text(least + draw(most - least + 1), 'A');
    for (auto& c : text) c = letters[draw(letters.size())];
    return text;
  };
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  constexpr std::string_view kDigits = "0123456789";
  const std::string both = std::string{kLetters} + std::string{kDigits};
  for (int i = 0; i < 3000; ++i) {
    Mrz fields;
    fields.format = std::array{MrzFormat::td1, MrzFormat::td2, MrzFormat::td3}.at(draw(3));
    const bool td3 = fields.format == MrzFormat::td3;
    fields.document_code = td3 ? "P" + word(kLetters, 0, 1) : std::string{"ID"};
    fields.issuing_state = word(kLetters, 1, 3);
    fields.nationality = word(kLetters, 1, 3);
    fields.document_number = word(both, 1, td3 ? 9 : fields.format == MrzFormat::td1 ? 18 : 14);
    fields.birth_date = draw(3) == 0 ? word(kDigits, 2, 2) + "<<<<" : word(kDigits, 6, 6);
    fields.expiry_date = word(kDigits, 6, 6);
    fields.sex = "MF<"[draw(3)];
    if (td3) fields.optional_data = word(both, 0, 14);
    if (fields.format == MrzFormat::td1) fields.optional_data_2 = word(both, 0, 11);
    fields.primary_identifier = word(kLetters, 1, 10);
    fields.secondary_identifier = word(kLetters, 0, 5) + (draw(2) == 0 ? "" : " " + word(kLetters, 1, 5));
    if (fields.secondary_identifier.starts_with(' ')) fields.secondary_identifier.erase(0, 1);
    const auto built = build_mrz(fields);
    CHECK_OK(built);
    const auto mrz = parse_mrz(*built);
    CHECK_OK(mrz);
    CHECK(mrz->checks_ok() && mrz->deviations.empty());
    CHECK_TEXT(mrz->fields == fields, built->c_str());
    CHECK_STRING(*built, build_mrz(mrz->fields).value());
  }
}

TEST(Mrz, a_name_that_is_cut_ends_in_a_letter) {
  // 30 places: the cut would fall on the filler behind ANH.
  const auto cut = build_name_field("NGUYEN", "HOANG NGOC PHUONG ANH THU", 30);
  CHECK_OK(cut);
  LONGS_EQUAL(30, cut->size());
  CHECK(cut->back() != '<');
  CHECK_STRING("NGUYEN<<HOANG<NGOC<PHUON<ANH<T", *cut);
  // Exactly fitting names are not touched.
  CHECK_STRING("NGUYEN<<HOANG<NGOC<PHUONG<ANHH", *build_name_field("NGUYEN", "HOANG NGOC PHUONG ANHH", 30));
}

TEST(Mrz, every_cut_of_every_length_keeps_both_identifiers) {
  for (std::size_t a = 1; a < 45; ++a) {
    for (std::size_t b = 1; b < 45; ++b) {
      std::string primary(a, 'A');
      std::string secondary(b, 'B');
      for (std::size_t i = 5; i + 1 < a; i += 6) primary[i] = ' ';
      for (std::size_t i = 3; i + 1 < b; i += 4) secondary[i] = ' ';
      const auto field = build_name_field(primary, secondary, 30);
      CHECK_OK(field);
      LONGS_EQUAL(30, field->size());
      CHECK(field->find("<<B") != std::string::npos);
      CHECK(a + 2 + b <= 30 || field->back() != '<');
    }
  }
}

TEST(Mrz, one_name_has_no_double_filler_before_its_end) {
  CHECK_STRING("Y" + std::string(29, '<'), *build_name_field("Y", "", 30));
  CHECK_STRING("KPAHY" + std::string(25, '<'), *build_name_field("K'PA'HY", "", 30));
}

TEST(Mrz, information_pads_short_numbers_and_takes_long_ones_whole) {
  CHECK_STRING("L898902C<369080619406236", *mrz_information("L898902C", "690806", "940623"));
  CHECK_STRING("D23145890734934071279507122", *mrz_information("D23145890734", "340712", "950712"));
  CHECK_FAULT(Fault::bad_input, mrz_information("", "690806", "940623"));
  CHECK_FAULT(Fault::bad_input, mrz_information("l898902c", "690806", "940623"));
  CHECK_FAULT(Fault::bad_input, mrz_information("L898902C", "06081969", "940623"));
  CHECK_FAULT(Fault::bad_input, mrz_information("L898902C", "690806", "94062"));
}

TEST(Mrz, two_digit_years) {
  using namespace std::chrono;
  const base::Date today{year{2026}, month{7}, day{1}};
  CHECK(birth_date_of("990605", today) == base::Date(year{1999}, month{6}, day{5}));
  CHECK(birth_date_of("260701", today) == base::Date(year{2026}, month{7}, day{1}));
  CHECK(birth_date_of("260702", today) == base::Date(year{1926}, month{7}, day{2}));
  CHECK(birth_date_of("000229", today) == base::Date(year{2000}, month{2}, day{29}));
  CHECK(!birth_date_of("990231", today));
  CHECK(!birth_date_of("9906", today));
  const auto never = expiry_of("VNM", "991231");
  CHECK(never.unlimited && !never.date);
  const auto passport = expiry_of("UTO", "991231");
  CHECK(!passport.unlimited && passport.date == base::Date(year{2099}, month{12}, day{31}));
  CHECK(expiry_of("VNM", "240605").date == base::Date(year{2024}, month{6}, day{5}));
  CHECK(!expiry_of("VNM", "24<<<<").date);
  CHECK_STRING("000203", to_mrz_date(base::Date(year{2000}, month{2}, day{3})));
}
