// Cards that do what the standard says.
#include <algorithm>

#include "document_on_card.h"
#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::host;
using namespace cicada::test;
using auth::CheckName;
using auth::CheckResult;
using auth::Outcome;
using inspect::Inspection;
using lds::Ef;

namespace {

CheckResult result_of(const Inspection& inspection, CheckName name) {
  const auto* const check = inspection.verdict.find(name);
  return check == nullptr ? CheckResult::not_checked : check->result;
}

}  // namespace

TEST_GROUP(Reading){};

TEST(Reading, of_the_reference_card_takes_86_apdus) {
  DocumentOnCard document;
  const auto inspection = document.read();
  CHECK_OK(inspection);
  CHECK(DocumentOnCard::complete(*inspection));
  LONGS_EQUAL(86, inspection->transfer.apdus);
  LONGS_EQUAL(86, document.card.commands());
  CHECK(inspection->notes.empty());
  CHECK_STRING("BAC", inspection->access_protocol);
}

TEST(Reading, does_what_it_does_in_short_length_only) {
  DocumentOnCard document;
  document.card.tamper = [](std::size_t, const PlainCommand& seen, Bytes&) { CHECK(!seen.extended); };
  CHECK_OK(document.read());
}

TEST(Reading, with_extended_length_takes_as_many_as_the_floor) {
  for (const auto& [size, apdus] : {std::pair{4096U, 12U}, std::pair{65536U, 9U}}) {
    DocumentOnCard document;
    document.options.extended_response = size;
    const auto inspection = document.read();
    CHECK_OK(inspection);
    CHECK(DocumentOnCard::complete(*inspection));
    LONGS_EQUAL(apdus, inspection->transfer.apdus);
  }
}

TEST(Reading, brings_the_text_first_and_the_face_last) {
  DocumentOnCard document;
  CHECK_OK(document.read());
  const std::vector<Ef> expected = {Ef::com, Ef::sod, Ef::dg1, Ef::dg13, Ef::dg14, Ef::dg2};
  CHECK(document.order == expected);
}

TEST(Reading, tells_how_far_it_is) {
  DocumentOnCard document;
  CHECK_OK(document.read());
  CHECK(std::holds_alternative<inspect::AccessDone>(document.events.front()));
  std::size_t total = 0;
  std::size_t last_of_file = 0;
  for (const auto& event : document.events) {
    const auto* const progress = std::get_if<inspect::Progress>(&event);
    if (progress == nullptr) continue;
    CHECK(progress->file_bytes <= progress->file_size);
    CHECK(progress->file_index >= 1 && progress->file_index <= progress->file_count);
    CHECK(progress->total_bytes >= total);
    total = progress->total_bytes;
    last_of_file = progress->file_index;
  }
  LONGS_EQUAL(24 + 1905 + 93 + 15360 + 600 + 400, total);
  LONGS_EQUAL(6, last_of_file);
}

TEST(Reading, with_trust_passes_every_check_that_the_document_has) {
  DocumentOnCard document;
  const auto trust = reference().trust();
  CHECK_OK(trust);
  document.options.judge.trust = &*trust;
  const auto inspection = document.read();
  CHECK_OK(inspection);
  for (const auto& check : inspection->verdict.checks) {
    if (check.result == CheckResult::failed) FAIL(check.reason.c_str());
  }
  for (const auto name : {CheckName::access, CheckName::sod_signature, CheckName::dg_hashes, CheckName::ds_path,
                          CheckName::ds_validity, CheckName::revocation, CheckName::country}) {
    CHECK(result_of(*inspection, name) == CheckResult::passed);
  }
  // This DG14 holds no key, and there is no DG15: nothing that a chip could prove.
  CHECK(result_of(*inspection, CheckName::chip_authentication) == CheckResult::not_checked);
  CHECK(result_of(*inspection, CheckName::active_authentication) == CheckResult::not_checked);
  CHECK(inspection->verdict.outcome() == Outcome::passed);
}

TEST(Reading, without_trust_is_not_verified) {
  DocumentOnCard document;
  const auto inspection = document.read();
  CHECK_OK(inspection);
  CHECK(result_of(*inspection, CheckName::ds_path) == CheckResult::not_checked);
  CHECK(inspection->verdict.outcome() == Outcome::incomplete);
}

TEST(Reading, finds_a_changed_data_group) {
  DocumentOnCard document;
  document.card.files[0x0D].back() ^= 0x01U;
  const auto inspection = document.read();
  CHECK_OK(inspection);
  CHECK(result_of(*inspection, CheckName::dg_hashes) == CheckResult::failed);
  CHECK(inspection->verdict.outcome() == Outcome::failed);
}

TEST(Reading, takes_only_what_is_wanted) {
  DocumentOnCard document;
  document.options.wanted = {Ef::dg13, Ef::dg1};
  const auto inspection = document.read();
  CHECK_OK(inspection);
  LONGS_EQUAL(4, inspection->files.size());
  LONGS_EQUAL(3 + 1 + 9 + 1 + 3, inspection->transfer.apdus);
}

TEST(Reading, leaves_the_padding_of_a_file_where_it_is) {
  DocumentOnCard document;
  append(document.card.files[0x01], Bytes(40, 0));
  append(document.card.files[0x0D], Bytes(400, 0));
  const auto inspection = document.read();
  CHECK_OK(inspection);
  CHECK(DocumentOnCard::complete(*inspection));
  LONGS_EQUAL(86, inspection->transfer.apdus);
}

TEST(Reading, goes_beyond_32767_octets) {
  for (const std::uint32_t extended : {0U, 4096U, 65536U}) {
    for (const std::size_t size : {32767U, 32768U, 32769U, 33000U, 65535U, 70000U, 200000U}) {
      DocumentOnCard document;
      auto big = "7583000000"_hex;
      const auto content = size - big.size();
      big[2] = static_cast<std::uint8_t>(content >> 16U);
      big[3] = static_cast<std::uint8_t>(content >> 8U);
      big[4] = static_cast<std::uint8_t>(content);
      while (big.size() < size) big.push_back(static_cast<std::uint8_t>(big.size() * 7 / 5));
      document.card.files[0x02] = big;
      document.options.extended_response = extended;
      document.options.wanted = {Ef::dg2};
      const auto inspection = document.read();
      CHECK_OK(inspection);
      CHECK_BYTES(ByteView{big}.last(300), ByteView{inspection->files.at(Ef::dg2)}.last(300));
      CHECK(big == inspection->files.at(Ef::dg2));
      CHECK(inspection->notes.empty());
    }
  }
}

TEST(Reading, does_not_ask_for_fingerprints) {
  DocumentOnCard document;
  document.card.files[0x1E] = "60185F0104303130375F36063034303030305C0661636D756E76"_hex;
  document.card.closed[0x03] = 0x6982;
  const auto inspection = document.read();
  CHECK_OK(inspection);
  bool told = false;
  for (const auto& file : inspection->unread) {
    if (file.ef != Ef::dg3) continue;
    told = true;
    LONGS_EQUAL(0, file.sw);
  }
  CHECK(told);
}

TEST(Reading, records_what_the_card_refuses_and_goes_on) {
  DocumentOnCard document;
  document.options.wanted = {Ef::dg1, Ef::dg3, Ef::dg11, Ef::dg2};
  document.card.closed[0x03] = 0x6982;
  const auto inspection = document.read();
  CHECK_OK(inspection);
  LONGS_EQUAL(2, inspection->unread.size());
  CHECK(inspection->unread.at(0).ef == Ef::dg11);
  LONGS_EQUAL(0x6A82, inspection->unread.at(0).sw);
  CHECK(inspection->unread.at(1).ef == Ef::dg3);
  LONGS_EQUAL(0x6982, inspection->unread.at(1).sw);
  CHECK(inspection->files.contains(Ef::dg2));
}

TEST(Reading, with_the_wrong_mrz_is_a_failed_check_and_says_so) {
  DocumentOnCard document;
  document.options.credentials.bac = access::BacKeys::from_mrz_information("L898902C<369080619406236").value();
  const auto inspection = document.read();
  CHECK_OK(inspection);
  CHECK(inspection->access_error.has_value());
  LONGS_EQUAL(0x6300, inspection->access_error->sw);
  CHECK(result_of(*inspection, CheckName::access) == CheckResult::failed);
  CHECK(inspection->verdict.outcome() == Outcome::failed);
  CHECK(inspection->files.empty());
  LONGS_EQUAL(auth::kAllChecks.size(), inspection->verdict.checks.size());
}

TEST(Reading, of_another_kind_of_card_is_a_failed_check) {
  DocumentOnCard document;
  document.card.tamper = [](std::size_t n, const PlainCommand&, Bytes& response) {
    if (n == 1) response = "6A82"_hex;
  };
  const auto inspection = document.read();
  CHECK_OK(inspection);
  LONGS_EQUAL(1, inspection->transfer.apdus);
  LONGS_EQUAL(0x6A82, inspection->access_error->sw);
}

TEST(Reading, of_files_gives_the_verdict_without_a_card) {
  const auto trust = reference().trust();
  CHECK_OK(trust);
  const SystemClock clock;
  const auto inspection = inspect::inspect_files(reference().files, {.trust = &*trust}, clock.now());
  CHECK(result_of(inspection, CheckName::dg_hashes) == CheckResult::passed);
  CHECK(result_of(inspection, CheckName::ds_path) == CheckResult::passed);
  CHECK(result_of(inspection, CheckName::access) == CheckResult::not_checked);
  LONGS_EQUAL(0, inspection.transfer.apdus);
  auto changed = reference().files;
  changed[Ef::dg1].back() ^= 0x01U;
  const auto failed = inspect::inspect_files(changed, {.trust = &*trust}, clock.now());
  CHECK(failed.verdict.outcome() == Outcome::failed);
}
