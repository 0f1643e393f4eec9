// Cards of the field, which have their ways.
#include "document_on_card.h"
#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::host;
using namespace cicada::test;
using lds::Ef;

namespace {

bool has_note(const inspect::Inspection& inspection, std::string_view note) {
  return std::ranges::find(inspection.notes, note) != inspection.notes.end();
}

}  // namespace

TEST_GROUP(AwkwardCard) {
  DocumentOnCard document;
  bool touched_closed = false;
};

TEST(AwkwardCard, without_short_file_identifiers_is_read_with_select) {
  document.card.knows_sfi = false;
  const auto inspection = document.read();
  CHECK_OK(inspection);
  CHECK(DocumentOnCard::complete(*inspection));
  CHECK(has_note(*inspection, "sfi-not-supported"));
  // One SELECT a file, and what it took to find out.
  CHECK(inspection->transfer.apdus <= 86 + 6 + 2);
}

TEST(AwkwardCard, with_a_smaller_largest_le_is_read_with_that) {
  for (const std::size_t most : {224U, 223U, 192U, 160U, 128U, 100U, 64U, 20U}) {
    for (const std::uint16_t sw : std::initializer_list<std::uint16_t>{0x6700, 0x6B00}) {
      DocumentOnCard one;
      one.card.max_le = most;
      one.card.too_long = sw;
      const auto inspection = one.read();
      CHECK_OK(inspection);
      CHECK(DocumentOnCard::complete(*inspection));
      CHECK(inspection->notes.size() >= 2);
      // Finding out costs a few commands once, not a few for each block.
      const auto step = most >= 224 ? 224 : most >= 128 ? most / 32 * 32 : most >= 96 ? 96 : most >= 64 ? 64 : 16;
      const auto blocks = 18382 / step + 6;
      CHECK(inspection->transfer.apdus <= 3 + blocks + 20);
    }
  }
}

TEST(AwkwardCard, that_answers_6282_at_the_end_of_a_file_costs_nothing_more) {
  document.card.reports_end_of_file = true;
  const auto inspection = document.read();
  CHECK_OK(inspection);
  CHECK(DocumentOnCard::complete(*inspection));
  LONGS_EQUAL(86, inspection->transfer.apdus);
}

TEST(AwkwardCard, that_allows_no_le_past_the_end_is_asked_for_the_length_first) {
  document.card.refuses_beyond_end = true;
  const auto inspection = document.read();
  CHECK_OK(inspection);
  CHECK(DocumentOnCard::complete(*inspection));
  CHECK(has_note(*inspection, "length-probed-first"));
  CHECK(inspection->transfer.apdus <= 86 + 6 + 2);
}

TEST(AwkwardCard, that_names_the_right_le_inside_secure_messaging_is_believed) {
  document.card.instead = [this](const PlainCommand& command) -> std::optional<Answer> {
    if (command.ins != 0xB0 || (command.p1 & 0x80U) == 0) return std::nullopt;
    const auto& file = document.card.files[command.p1 & 0x1FU];
    if (file.empty() || *command.ne <= file.size()) return std::nullopt;
    // Unlike FakeCard::too_long this one keeps its session: the card is wrapped around by hand.
    return Answer{.sw = 0x6700};
  };
  const auto inspection = document.read();
  CHECK_OK(inspection);
  CHECK(DocumentOnCard::complete(*inspection));
}

TEST(AwkwardCard, that_ends_the_session_at_a_large_le_is_opened_again) {
  for (const std::uint16_t sw : std::initializer_list<std::uint16_t>{0x6C18, 0x6CE0}) {
    DocumentOnCard one;
    one.card.max_le = 200;
    one.card.too_long = sw;
    const auto inspection = one.read();
    CHECK_OK(inspection);
    CHECK(DocumentOnCard::complete(*inspection));
    CHECK(has_note(*inspection, "session-restarted"));
    CHECK(one.card.sessions() <= 1 + one.options.caps.restarts);
    CHECK(inspection->transfer.apdus <= 160);
  }
}

TEST(AwkwardCard, that_loses_its_session_once_is_opened_again) {
  for (const std::size_t at : {4U, 8U, 20U, 60U, 86U}) {
    DocumentOnCard one;
    one.card.tamper = [&one, at](std::size_t n, const PlainCommand&, Bytes& response) {
      if (n != at) return;
      one.card.kill_session();
      response = "6988"_hex;
    };
    const auto inspection = one.read();
    CHECK_OK(inspection);
    CHECK(DocumentOnCard::complete(*inspection));
    LONGS_EQUAL(2, one.card.sessions());
  }
}

TEST(AwkwardCard, without_odd_read_binary_gives_what_it_can) {
  document.card.files[0x02] = concat({"7582C000"_hex, Bytes(0xC000, 0x11)});
  document.card.knows_odd = false;
  const auto inspection = document.read();
  CHECK_OK(inspection);
  LONGS_EQUAL(1, inspection->unread.size());
  CHECK(inspection->unread.at(0).ef == Ef::dg2);
  LONGS_EQUAL(0x6D00, inspection->unread.at(0).sw);
  CHECK(inspection->files.contains(Ef::dg13));
}

TEST(AwkwardCard, that_knows_no_extended_length_is_read_with_short) {
  document.options.extended_response = 4096;
  document.card.max_le = 256;
  const auto inspection = document.read();
  CHECK_OK(inspection);
  CHECK(DocumentOnCard::complete(*inspection));
  CHECK(inspection->transfer.apdus <= 86 + 4);
}

TEST(AwkwardCard, that_ends_the_session_at_extended_length_is_read_with_short) {
  document.options.extended_response = 4096;
  document.card.tamper = [this](std::size_t, const PlainCommand& seen, Bytes& response) {
    if (!seen.extended) return;
    document.card.kill_session();
    response = "6700"_hex;
  };
  const auto inspection = document.read();
  CHECK_OK(inspection);
  CHECK(DocumentOnCard::complete(*inspection));
  CHECK(has_note(*inspection, "session-restarted"));
  CHECK(document.card.sessions() <= 1 + document.options.caps.restarts);
}

TEST(AwkwardCard, whose_mutual_authenticate_wants_le_00_is_opened) {
  document.card.wanted_le = 256;
  const auto inspection = document.read();
  CHECK_OK(inspection);
  CHECK(DocumentOnCard::complete(*inspection));
  LONGS_EQUAL(88, inspection->transfer.apdus);
}

TEST(AwkwardCard, without_ef_com_is_read_by_what_is_signed) {
  document.card.files.erase(0x1E);
  const auto inspection = document.read();
  CHECK_OK(inspection);
  LONGS_EQUAL(5, inspection->files.size());
  CHECK(inspection->unread.at(0).ef == Ef::com);
}

TEST(AwkwardCard, without_ef_sod_is_read_and_not_believed) {
  document.card.files.erase(0x1D);
  const auto inspection = document.read();
  CHECK_OK(inspection);
  CHECK(inspection->files.contains(Ef::dg1));
  CHECK(inspection->verdict.outcome() != auth::Outcome::passed);
}

TEST(AwkwardCard, that_gives_less_than_asked_without_a_word_is_asked_for_less) {
  for (const std::size_t most : {200U, 128U, 50U, 16U}) {
    DocumentOnCard one;
    one.card.most_given = most;
    const auto inspection = one.read();
    CHECK_OK(inspection);
    CHECK(DocumentOnCard::complete(*inspection));
    CHECK(inspection->transfer.apdus <= 3 + 18382 / most + 2 * 6);
  }
}

TEST(AwkwardCard, that_ends_the_session_at_a_closed_file_loses_that_file_only) {
  document.options.wanted = {Ef::dg1, Ef::dg3, Ef::dg2};
  document.card.tamper = [this](std::size_t, const PlainCommand&, Bytes& response) {
    if (std::exchange(touched_closed, false)) {
      document.card.kill_session();
      response = "6982"_hex;
    }
  };
  document.card.instead = [this](const PlainCommand& command) -> std::optional<Answer> {
    touched_closed = command.ins == 0xB0 && command.p1 == 0x83;
    return std::nullopt;
  };
  const auto inspection = document.read();
  CHECK_OK(inspection);
  LONGS_EQUAL(1, inspection->unread.size());
  CHECK(inspection->unread.at(0).ef == Ef::dg3);
  LONGS_EQUAL(0x6982, inspection->unread.at(0).sw);
  CHECK(inspection->files.contains(Ef::dg2));
  LONGS_EQUAL(3, document.card.sessions());
}
