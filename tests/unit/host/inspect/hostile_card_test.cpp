// Cards that want to be believed, or never to end.
#include "document_on_card.h"
#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::host;
using namespace cicada::test;
using lds::Ef;
using namespace std::chrono_literals;

namespace {

/// READ BINARY of DG1 is answered with this; everything else honestly.
auto dg1_answers(Answer answer) {
  return [answer](const PlainCommand& command) -> std::optional<Answer> {
    if (command.ins == 0xB0 && command.p1 == 0x81) return answer;
    return std::nullopt;
  };
}

}  // namespace

TEST_GROUP(HostileCard) {
  DocumentOnCard document;
  void setup() override {
    document.options.wanted = {Ef::dg1};
  }
};

TEST(HostileCard, with_any_status_word_for_read_binary_does_not_stop_the_reader) {
  std::size_t refused = 0;
  for (std::uint32_t word = 0; word < 0x10000; ++word) {
    DocumentOnCard one;
    one.options.wanted = std::vector<Ef>{};
    one.options.on_event = {};
    one.card.instead = [word](const PlainCommand& command) -> std::optional<Answer> {
      if (command.ins != 0xB0 && command.ins != 0xA4) return std::nullopt;
      return Answer{.sw = static_cast<std::uint16_t>(word)};
    };
    const auto inspection = one.read();
    // 6Cxx ends the fake card's session; everything else is a refusal of both files.
    if (word >> 8U == 0x6C) {
      if (inspection || inspection.error().fault != Fault::session_dead) FAIL(std::to_string(word).c_str());
    } else {
      if (!inspection || inspection->unread.size() != 2 || !inspection->files.empty())
        FAIL(std::to_string(word).c_str());
      ++refused;
    }
    if (one.card.commands() > 30) FAIL(("too many commands at " + std::to_string(word)).c_str());
  }
  LONGS_EQUAL(0x10000 - 0x100, refused);
}

TEST(HostileCard, that_announces_four_gigabytes_gets_no_memory_and_no_time) {
  for (const auto& head : {"6184FFFFFFFF"_hex, "61847FFFFFFF"_hex, "6183FFFFFF"_hex, "618310000000"_hex}) {
    document.card.instead = dg1_answers({.data = concat({head, Bytes(200)})});
    const auto inspection = document.read();
    CHECK_OK(inspection);
    LONGS_EQUAL(1, inspection->unread.size());
    CHECK(inspection->transfer.apdus <= 3 + 10 + 1);
  }
}

TEST(HostileCard, whose_file_is_no_tlv_object_is_refused) {
  for (const auto& content : {"6180"_hex, "00"_hex, "0000000000000000"_hex, "6185010000000000"_hex, "1F"_hex, "61"_hex,
                              "7505AABBCCDDEE"_hex}) {
    document.card.instead = dg1_answers({.data = content});
    const auto inspection = document.read();
    CHECK_OK(inspection);
    LONGS_EQUAL(1, inspection->unread.size());
    CHECK(inspection->unread.at(0).ef == Ef::dg1);
  }
}

TEST(HostileCard, that_reads_nothing_for_ever_is_left_alone) {
  document.card.instead = [](const PlainCommand& command) -> std::optional<Answer> {
    if (command.ins != 0xB0 || (command.p1 & 0x80U) != 0) return std::nullopt;
    return Answer{};
  };
  const auto inspection = document.read();
  CHECK_OK(inspection);
  CHECK(inspection->transfer.apdus <= 3 + 2 + 2);
}

TEST(HostileCard, that_gives_one_octet_at_a_time_is_left_alone) {
  document.options.wanted = {Ef::dg2};
  document.card.instead = [](const PlainCommand& command) -> std::optional<Answer> {
    if (command.ins != 0xB0 || (command.p1 & 0x80U) != 0) return std::nullopt;
    return Answer{.data = {0x00}};
  };
  const auto inspection = document.read();
  CHECK_OK(inspection);
  CHECK(inspection->transfer.apdus <= 3 + 1 + 2 * 20);
}

TEST(HostileCard, with_one_file_cut_short_is_read_as_fast_as_ever) {
  document.options.wanted.reset();
  document.card.files[0x0D].resize(20);
  const auto inspection = document.read();
  CHECK_OK(inspection);
  LONGS_EQUAL(1, inspection->unread.size());
  CHECK(inspection->transfer.apdus <= 86);
}

TEST(HostileCard, that_gives_more_than_was_asked_is_not_believed) {
  document.card.files[0x01] = concat({"618200F0"_hex, Bytes(240, 0x30)});
  document.card.instead = [](const PlainCommand& command) -> std::optional<Answer> {
    if (command.ins != 0xB0 || (command.p1 & 0x80U) != 0) return std::nullopt;
    return Answer{.data = Bytes(200)};
  };
  const auto inspection = document.read();
  CHECK_OK(inspection);
  CHECK(!inspection->files.contains(Ef::dg1));
}

TEST(HostileCard, that_takes_too_long_is_left_alone) {
  auto now = std::chrono::steady_clock::time_point{};
  document.options.watch = [&now] { return now += 1s; };
  document.options.wanted.reset();
  const auto inspection = document.read();
  CHECK_FAULT(Fault::limit, inspection);
  CHECK(document.card.commands() <= 62);
}

TEST(HostileCard, that_ends_every_session_is_given_up) {
  document.card.tamper = [this](std::size_t, const PlainCommand& command, Bytes& response) {
    if (command.cla != 0x0C) return;
    document.card.kill_session();
    response = "6988"_hex;
  };
  const auto inspection = document.read();
  CHECK_FAULT(Fault::session_dead, inspection);
  LONGS_EQUAL(0x6988, inspection.error().sw);
  LONGS_EQUAL(1 + document.options.caps.restarts, document.card.sessions());
}

TEST(HostileCard, that_breaks_secure_messaging_is_not_given_another_chance) {
  for (const std::size_t at : {4U, 5U, 12U}) {
    DocumentOnCard one;
    one.card.tamper = [at](std::size_t n, const PlainCommand&, Bytes& response) {
      if (n == at) response.at(response.size() - 3) ^= 0x01U;
    };
    CHECK_FAULT(Fault::security, one.read());
    LONGS_EQUAL(at, one.card.commands());
    LONGS_EQUAL(1, one.card.sessions());
  }
}

TEST(HostileCard, that_answers_9000_in_plain_is_not_believed) {
  document.card.tamper = [](std::size_t, const PlainCommand& command, Bytes& response) {
    if (command.cla == 0x0C) response = "9000"_hex;
  };
  CHECK_FAULT(Fault::session_dead, document.read());
}

TEST(HostileCard, that_goes_away_is_told_at_every_command) {
  for (std::size_t at = 1; at <= 86; at += 5) {
    DocumentOnCard one;
    one.card.tamper = [at](std::size_t n, const PlainCommand&, Bytes& response) {
      if (n >= at) response.clear();
    };
    CHECK_FAULT(Fault::card_removed, one.read());
    LONGS_EQUAL(at, one.card.commands());
  }
}

TEST(HostileCard, with_a_false_ef_com_makes_the_reader_ask_for_nothing_strange) {
  // Twice DG1, tags that no data group has, EF.SOD's and EF.COM's own.
  document.options.wanted.reset();
  document.card.files[0x1E] = "60165F0104303130375F36063034303030305C0461615077"_hex;
  const auto inspection = document.read();
  CHECK_OK(inspection);
  LONGS_EQUAL(6, inspection->files.size());
}
