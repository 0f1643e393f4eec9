// EF.DIR and EF.ATR/INFO.
#include "cicada/host/lds/atr_info.h"
#include "cicada/host/lds/dir.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::lds;
using cicada::base::Fault;
using cicada::base::literals::operator""_hex;

TEST_GROUP(EfDir){};

TEST(EfDir, with_two_applications_is_read_and_built_again) {
  const auto file = "61094F07A0000002471001 610D4F07A0000002472001 50024142"_hex;
  const auto entries = parse_dir(file);
  CHECK_OK(entries);
  LONGS_EQUAL(2, entries->size());
  CHECK_BYTES("A0000002471001"_hex, entries->at(0).aid);
  CHECK_BYTES("A0000002472001"_hex, entries->at(1).aid);
  LONGS_EQUAL(0x50, entries->at(1).unknown.at(0).tag);
  CHECK_BYTES(file, build_dir(*entries).value());
}

TEST(EfDir, may_have_zeros_behind_its_last_entry) {
  const auto entries = parse_dir("61094F07A0000002471001 000000"_hex);
  CHECK_OK(entries);
  LONGS_EQUAL(1, entries->size());
}

TEST(EfDir, without_an_application_or_with_something_else_is_malformed) {
  CHECK_FAULT(Fault::malformed, parse_dir({}));
  CHECK_FAULT(Fault::malformed, parse_dir("0000"_hex));
  CHECK_FAULT(Fault::malformed, parse_dir("6100"_hex));
  CHECK_FAULT(Fault::malformed, parse_dir("61064F04A0000002"_hex));
  CHECK_FAULT(Fault::malformed, parse_dir("61134F11A000000247100100000000000000000000"_hex));
  CHECK_FAULT(Fault::malformed, parse_dir("62094F07A0000002471001"_hex));
  CHECK_FAULT(Fault::malformed, parse_dir("61094F07A0000002471001 0001"_hex));
  CHECK_FAULT(Fault::malformed, parse_dir("61094F07A00000024710"_hex));
  CHECK_FAULT(Fault::bad_input, build_dir(std::vector<DirEntry>{{.aid = "A0000002"_hex, .unknown = {}}}));
}

TEST(EfDir, with_applications_beyond_measure_is_refused) {
  base::Bytes file;
  for (std::size_t i = 0; i < kMaxDirEntries; ++i) base::append(file, "61074F05A000000247"_hex);
  CHECK_OK(parse_dir(file));
  base::append(file, "61074F05A000000247"_hex);
  CHECK_FAULT(Fault::limit, parse_dir(file));
}

TEST_GROUP(EfAtrInfo){};

TEST(EfAtrInfo, with_lengths_is_read_and_built_again) {
  const auto file = "4703840141 7F6608020203E802020400 43 01B8"_hex;
  // 41: extended length, no chaining; the third table's next bit announces 7F66.
  const auto read = parse_atr_info(file);
  CHECK_OK(read);
  CHECK((*read->extended_lengths == ExtendedLengths{.max_command = 1000, .max_response = 1024}));
  CHECK(read->extended_length());
  CHECK_FALSE(read->command_chaining());
  CHECK_FALSE(read->announces_extended_lengths());
  LONGS_EQUAL(0x43, read->unknown.at(0).tag);
  CHECK_BYTES(file, build_atr_info(*read));
  const auto chaining = parse_atr_info("47038401A0"_hex);
  CHECK_OK(chaining);
  CHECK(chaining->command_chaining());
  CHECK(chaining->announces_extended_lengths());
  CHECK_FALSE(chaining->extended_length());
}

TEST(EfAtrInfo, without_any_object_promises_nothing) {
  for (const auto& file : {""_hex, "0000"_hex}) {
    const auto read = parse_atr_info(file);
    CHECK_OK(read);
    CHECK_FALSE(read->extended_lengths.has_value());
    CHECK_FALSE(read->extended_length());
  }
}

TEST(EfAtrInfo, with_lengths_in_another_form_is_malformed) {
  CHECK_FAULT(Fault::malformed, parse_atr_info("7F6604020203E8"_hex));                   // one INTEGER
  CHECK_FAULT(Fault::malformed, parse_atr_info("7F660C020203E802020400 02020400"_hex));  // three
  CHECK_FAULT(Fault::malformed, parse_atr_info("7F6608040203E802020400"_hex));
  CHECK_FAULT(Fault::malformed, parse_atr_info("7F660602020400 0200"_hex));
  CHECK_FAULT(Fault::malformed, parse_atr_info("4702 8401"_hex));
  CHECK_FAULT(Fault::malformed, parse_atr_info("47048401 41"_hex));
  // The lengths under a wrong tag are no lengths.
  const auto wrong = parse_atr_info("7F6508020203E802020400"_hex);
  CHECK_OK(wrong);
  CHECK_FALSE(wrong->extended_lengths.has_value());
  LONGS_EQUAL(0x7F65, wrong->unknown.at(0).tag);
}
