#include <algorithm>
#include <array>
#include <map>

#include "cicada/base/rng.h"
#include "cicada/conformance/procedures/registry.h"
#include "cicada/conformance/terminal/bac.h"
#include "fake_card.h"
#include "fake_target.h"
#include "harness.h"

using namespace cicada;
using namespace cicada::base;
using namespace cicada::base::literals;
using conformance::model::Verdict;
using conformance::procedures::read_file;
using conformance::procedures::Scene;
using conformance::terminal::Terminal;

namespace {

/// The specimen of 9303-4, Appendix A.
constexpr std::string_view kMrz =
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10";
constexpr std::string_view kInformation = "L898902C3674081221204159";

/// One object of this many octets in all.
Bytes object_of(std::uint8_t tag, std::size_t size) {
  Bytes file(size, 0xA5);
  const auto length = size - 4;
  std::ranges::copy(std::array<std::uint8_t, 4>{tag, 0x82, static_cast<std::uint8_t>(length >> 8U),
                                                static_cast<std::uint8_t>(length)},
                    file.begin());
  return file;
}

}  // namespace

TEST_GROUP(ReadFile) {
  ReplayRng rng{1};
  test::FakeCard card;
  test::FakeTarget target{[this](ByteView command) { return card.process(command); }};
  Terminal terminal{target, rng};
  conformance::model::Ics ics;
  conformance::model::Case test;
  std::map<std::string, Bytes> files;
  Scene scene{.terminal = terminal, .ics = ics, .test = test, .now = {}, .files = files};
  Bytes content;

  void setup() override {
    const auto keys = conformance::terminal::BacKeys::from_mrz_information(kInformation).value();
    card.k_enc = to_bytes(keys.enc.expose());
    card.k_mac = to_bytes(keys.mac.expose());
    ics.profiles = {"BAC"};
    ics.mrz = kMrz;
  }
  void check_reads(const Bytes& expected, std::string_view name) {
    const auto outcome = read_file(scene, name, content);
    CHECK_STRING("", outcome.reason);
    CHECK(outcome.passed());
    CHECK_BYTES(expected, content);
  }
  std::string refusal(std::string_view name) {
    const auto outcome = read_file(scene, name, content);
    CHECK(outcome.verdict == Verdict::inconclusive);
    CHECK(!files.contains(std::string{name}));
    return outcome.reason;
  }
};

TEST(ReadFile, reads_files_of_every_size_whole) {
  std::uint8_t sfi = 1;
  for (const std::size_t size : {4U, 5U, 222U, 223U, 224U, 446U, 20'000U}) {
    card.files[sfi] = object_of(0x61, size);
    files.clear();
    check_reads(card.files[sfi], "DG1");
  }
  card.files[0x1E] = "6003010203"_hex;
  check_reads("6003010203"_hex, "EF.COM");
}

TEST(ReadFile, goes_on_behind_the_reach_of_even_instructions) {
  card.files[2] = object_of(0x75, 40'000);
  check_reads(card.files[2], "DG2");
}

TEST(ReadFile, leaves_what_stands_behind_the_object) {
  auto file = object_of(0x61, 100);
  card.files[1] = file;
  card.files[1].resize(150);
  check_reads(file, "DG1");
}

TEST(ReadFile, reads_all_of_a_file_that_is_padded) {
  Bytes cvca = concat({"420E"_hex, Bytes(14, 0x41)});
  cvca.resize(36);
  card.files[0x1C] = cvca;
  check_reads(cvca, "EF.CVCA");
}

TEST(ReadFile, reads_each_file_once_and_leaves_a_chip_that_was_reset) {
  card.files[1] = object_of(0x61, 50);
  check_reads(card.files[1], "DG1");
  CHECK(!terminal.has_session());
  LONGS_EQUAL(2, target.resets);
  const auto commands = card.commands();
  check_reads(card.files[1], "DG1");
  LONGS_EQUAL(commands, card.commands());
}

TEST(ReadFile, of_a_name_that_no_file_has_asks_the_chip_nothing) {
  CHECK_STRING("no file is named \"DG17\"", refusal("DG17"));
  LONGS_EQUAL(0, card.commands());
}

TEST(ReadFile, says_why_it_cannot) {
  STRCMP_CONTAINS("DG1 cannot be selected", refusal("DG1").c_str());
  card.files[1] = object_of(0x61, 100);
  card.closed[1] = 0x6982;
  STRCMP_CONTAINS("DG1 cannot be", refusal("DG1").c_str());
  card.closed.clear();
  ics.mrz.clear();
  STRCMP_CONTAINS("MRZ", refusal("DG1").c_str());
}

TEST(ReadFile, hands_on_what_there_is_of_a_file_that_is_no_object) {
  auto cut_off = object_of(0x61, 100);
  cut_off.resize(60);
  for (const auto& file : {cut_off, "6180000000"_hex, "6184FFFFFFFF"_hex}) {
    card.files[1] = file;
    files.clear();
    check_reads(file, "DG1");
  }
}

TEST(ReadFile, believes_no_answer_that_is_not_sound) {
  card.files[1] = object_of(0x61, 500);
  card.tamper = [](std::size_t, const test::PlainCommand& seen, Bytes& response) {
    if (seen.ins == 0xB0 && response.size() > 20) response[response.size() - 3] ^= 1U;
  };
  CHECK_STRING("DG1: the answer is not sound: the MAC is wrong", refusal("DG1"));
}
