#include "cicada/conformance/terminal/mrz.h"

#include "harness.h"
#include "vectors.h"

using namespace cicada::base;
namespace vectors = cicada::tests::vectors;
using cicada::conformance::terminal::document_number;
using cicada::conformance::terminal::mrz_information;

TEST_GROUP(TerminalMrz){};

TEST(TerminalMrz, takes_numbers_and_dates_of_every_specimen) {
  std::size_t seen = 0;
  for (const auto& vector : vectors::all("icao9303_mrz.json")) {
    const auto format = vector.at("format").get<std::string>();
    if (!vector.contains("mrz") || (format != "TD1" && format != "TD2" && format != "TD3")) continue;
    std::string mrz;
    for (const auto& line : vector.at("mrz")) mrz += line.get<std::string>();
    if (mrz.size() != 90 && mrz.size() != 72 && mrz.size() != 88) continue;
    const auto& fields = vector.at("fields");
    const auto text = [&](const char* key) { return fields.at(key).get<std::string>(); };
    auto number = text("doc");
    while (number.size() < 9) number += '<';
    CHECK_STRING(number + text("doc_cd"), document_number(mrz).value());
    CHECK_STRING(number + text("doc_cd") + text("dob") + text("dob_cd") + text("doe") + text("doe_cd"),
                 mrz_information(mrz).value());
    ++seen;
  }
  CHECK(seen >= 8);
}

TEST(TerminalMrz, of_another_length_is_none) {
  for (const std::size_t size : {0U, 30U, 44U, 71U, 73U, 87U, 89U, 91U, 180U}) {
    CHECK_FAULT(Fault::bad_input, mrz_information(std::string(size, '<')));
  }
}

TEST(TerminalMrz, with_other_characters_is_none) {
  for (const char c : {'a', ' ', '\n', '>', '\0'}) {
    auto mrz = std::string(88, '<');
    mrz[50] = c;
    CHECK_FAULT(Fault::bad_input, mrz_information(mrz));
  }
}

TEST(TerminalMrz, of_a_long_number_wants_its_end) {
  const std::string mrz =
      "I<UTOD23145890<734912345678901"
      "3407127M9507122UTO<<<<<<<<<<<2"
      "STEVENSON<<PETER<JOHN<<<<<<<<<";
  CHECK_FAULT(Fault::bad_input, document_number(mrz));
  CHECK_FAULT(Fault::bad_input, mrz_information(mrz));
}

TEST(TerminalMrz, whose_number_has_no_check_digit_and_no_continuation_keeps_the_filler) {
  const std::string mrz =
      "I<UTOD23145890<<<<<<<<<<<<<<<<"
      "3407127M9507122UTO<<<<<<<<<<<2"
      "STEVENSON<<PETER<JOHN<<<<<<<<<";
  CHECK_STRING("D23145890<", document_number(mrz).value());
}
