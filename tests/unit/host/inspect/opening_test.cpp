// How the reader opens a chip: which way it takes, and which it does not take.
#include <algorithm>

#include "cicada/asn1/oid.h"
#include "cicada/asn1/tlv.h"
#include "cicada/crypto/openssl/hash.h"
#include "document_on_card.h"
#include "fake_pace.h"
#include "harness.h"

using namespace cicada;
using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::host;
using namespace cicada::test;
using auth::CheckName;
using auth::CheckResult;
using inspect::CardAccessSource;
using inspect::Credentials;
using lds::Ef;

namespace {

constexpr std::string_view kCan = "001099";

access::PaceOffer offer(const char* dotted, std::uint32_t parameter_id = 13) {
  return access::usable_offer(asn1::Oid::from_dotted(dotted).value(), 2, parameter_id).value();
}

constexpr const char* kEcdhGmAes128 = "0.4.0.127.0.7.2.2.4.2.2";
constexpr const char* kEcdhImAes256 = "0.4.0.127.0.7.2.2.4.4.4";
constexpr const char* kEcdhCamAes128 = "0.4.0.127.0.7.2.2.4.6.2";

Bytes mrz_secret() {
  return crypto::openssl::hash(crypto::openssl::HashAlgorithm::sha1, as_bytes(reference().mrz_information)).value();
}

Credentials both() {
  return Credentials::from_mrz_information(reference().mrz_information).value();
}

Credentials by_can(std::string_view can = kCan) {
  Credentials credentials;
  credentials.pace.push_back(access::PacePassword::from_can(can).value());
  return credentials;
}

bool has(const std::vector<std::string>& list, std::string_view name) {
  return std::ranges::find(list, name) != list.end();
}

/// The reference document on a card with PACE and BAC.
struct PaceCard : DocumentOnCard {
  explicit PaceCard(const access::PaceOffer& chosen, Bytes secret = mrz_secret()) : pace(chosen, std::move(secret)) {
    if (chosen.protocol.mapping == access::Mapping::chip_authentication) pace.static_key = Bytes(16, 0x17);
    card.pace = &pace;
    card.mf_files[0x1C] = pace.card_access();
    options.credentials = both();
  }
  /// Commands in plain, as header and data.
  std::vector<Bytes> watch() {
    plain_commands.clear();
    card.tamper = [this](std::size_t, const PlainCommand& seen, Bytes&) {
      if ((seen.cla & 0x0CU) == 0) plain_commands.push_back(concat({Bytes{seen.ins, seen.p1, seen.p2}, seen.data}));
    };
    return {};
  }
  FakePace pace;
  std::vector<Bytes> plain_commands;
};

}  // namespace

TEST_GROUP(Opening) {
  PaceCard document{offer(kEcdhGmAes128)};
};

TEST(Opening, with_pace_reads_the_reference_card_in_92_16_and_13_commands) {
  for (const auto& [extended, apdus] : {std::pair{0U, 92U}, std::pair{4096U, 16U}, std::pair{65536U, 13U}}) {
    PaceCard one{offer(kEcdhGmAes128)};
    one.options.extended_response = extended;
    const auto inspection = one.read();
    CHECK_OK(inspection);
    for (const auto& [ef, octets] : reference().files) CHECK_BYTES(octets, inspection->files.at(ef));
    LONGS_EQUAL(apdus, inspection->transfer.apdus);
    CHECK(inspection->notes.empty());
    CHECK_STRING("PACE", inspection->access_protocol);
    CHECK(inspection->access.password == access::PasswordKind::mrz);
    CHECK(inspection->access.card_access == CardAccessSource::chip);
    CHECK_BYTES(one.pace.card_access(), inspection->files.at(Ef::card_access));
  }
}

TEST(Opening, asks_for_ef_card_access_before_anything_is_selected) {
  document.watch();
  CHECK_OK(document.read());
  LONGS_EQUAL(6, document.plain_commands.size());
  CHECK_BYTES("B09C00"_hex, document.plain_commands.at(0));
  LONGS_EQUAL(0x22, document.plain_commands.at(1).at(0));
}

TEST(Opening, takes_the_strongest_offer_that_it_knows) {
  PaceCard one{offer(kEcdhImAes256, 17)};
  const auto entry = [](const char* dotted, Bytes rest) {
    return asn1::encode_tlv(0x30, {asn1::Oid::from_dotted(dotted).value().der(), rest});
  };
  one.card.mf_files[0x1C] =
      asn1::encode_tlv(0x31, {
                                 entry("0.4.0.127.0.7.2.2.4.2.2", "02010202010D"_hex),
                                 entry("0.4.0.127.0.7.2.2.4.2.4", "0201020201FF"_hex),  // negative
                                 entry("0.4.0.127.0.7.2.2.4.9.4", "020102020112"_hex),  // unknown
                                 entry("0.4.0.127.0.7.2.2.4.4.4", "020102020111"_hex),
                                 entry("0.4.0.127.0.7.2.2.4.2.4", "020103020112"_hex),  // version
                                 entry("0.4.0.127.0.7.2.2.2", "020101"_hex),
                             });
  const auto inspection = one.read();
  CHECK_OK(inspection);
  CHECK_STRING("PACE", inspection->access_protocol);
  CHECK_STRING("PACE-ECDH-IM-AES-CBC-CMAC-256", access::name_of(inspection->access.offer->protocol));
  LONGS_EQUAL(17, inspection->access.offer->parameter_id);
}

TEST(Opening, reads_ef_card_security_with_chip_authentication_mapping_and_only_then) {
  PaceCard one{offer(kEcdhCamAes128)};
  one.card.mf_files[0x1D] = concat({"3082012C"_hex, Bytes(300, 0x55)});
  const auto inspection = one.read();
  CHECK_OK(inspection);
  CHECK_BYTES(one.card.mf_files[0x1D], inspection->files.at(Ef::card_security));
  CHECK(inspection->files.contains(Ef::dg2));
  document.card.mf_files[0x1D] = one.card.mf_files[0x1D];
  CHECK(!document.read()->files.contains(Ef::card_security));
}

TEST(Opening, of_a_chip_without_pace_takes_bac_and_one_command_more) {
  DocumentOnCard one;
  one.options.credentials = both();
  const auto inspection = one.read();
  CHECK_OK(inspection);
  CHECK(DocumentOnCard::complete(*inspection));
  CHECK_STRING("BAC", inspection->access_protocol);
  LONGS_EQUAL(87, inspection->transfer.apdus);
  CHECK(inspection->access.card_access == CardAccessSource::none);
  CHECK(inspection->access.deviations.empty());
}

TEST(Opening, with_credentials_for_bac_does_not_ask_for_pace) {
  document.options.credentials.only_bac();
  const auto inspection = document.read();
  CHECK_OK(inspection);
  CHECK_STRING("BAC", inspection->access_protocol);
  LONGS_EQUAL(86, inspection->transfer.apdus);
  CHECK(inspection->access.card_access == CardAccessSource::not_asked);
}

TEST(Opening, does_not_fall_back_to_bac_when_pace_was_offered) {
  document.pace.secret = Bytes(20, 0x66);  // another password
  document.watch();
  const auto inspection = document.read();
  CHECK_OK(inspection);
  CHECK(inspection->access_protocol.empty());
  LONGS_EQUAL(0x6300, inspection->access_error->sw);
  CHECK(inspection->verdict.find(CheckName::access)->result == CheckResult::failed);
  for (const auto& command : document.plain_commands) CHECK(command.at(0) != 0x84 && command.at(0) != 0x82);
}

TEST(Opening, does_not_fall_back_for_any_way_in_which_pace_can_be_made_to_fail) {
  const auto never_bac = [](PaceCard& one) {
    std::size_t challenges = 0;
    auto inner = one.card.tamper;
    one.card.tamper = [&challenges, inner](std::size_t n, const PlainCommand& seen, Bytes& response) {
      if (seen.ins == 0x84) ++challenges;
      if (inner) inner(n, seen, response);
    };
    const auto inspection = one.read();
    CHECK_OK(inspection);
    CHECK(inspection->access_error.has_value());
    LONGS_EQUAL(0, challenges);
  };
  // Every command of PACE refused, with words that could mean anything.
  for (std::size_t at = 2; at <= 6; ++at) {
    for (const auto& sw :
         {"6300"_hex, "6A80"_hex, "6A88"_hex, "6D00"_hex, "6E00"_hex, "6982"_hex, "6985"_hex, "6F00"_hex}) {
      PaceCard one{offer(kEcdhGmAes128)};
      one.card.tamper = [&](std::size_t n, const PlainCommand&, Bytes& response) {
        if (n == at) response = sw;
      };
      never_bac(one);
    }
  }
  // A file that cannot be understood, and one whose offers are unknown.
  for (const auto& file : {"3103020101"_hex, "310430028000"_hex, "31143012060A04007F00070202040902020102020120"_hex}) {
    PaceCard one{offer(kEcdhGmAes128)};
    one.card.mf_files[0x1C] = file;
    never_bac(one);
  }
}

TEST(Opening, falls_back_to_bac_when_it_may_and_the_report_says_so) {
  document.pace.secret = Bytes(20, 0x66);
  document.options.access.allow_bac_after_failed_pace = true;
  const auto inspection = document.read();
  CHECK_OK(inspection);
  CHECK_STRING("BAC", inspection->access_protocol);
  CHECK(has(inspection->access.deviations, "bac-after-failed-pace"));
  CHECK(has(inspection->verdict.find(CheckName::access)->deviations, "bac-after-failed-pace"));
  document.options.judge.policy.strict = true;
  CHECK(document.read()->verdict.find(CheckName::access)->result == CheckResult::failed);
}

TEST(Opening, with_the_can_opens_a_chip_and_tries_nothing_else) {
  PaceCard one{offer(kEcdhGmAes128), to_bytes(as_bytes(kCan))};
  one.pace.password = 2;
  one.options.credentials = by_can();
  const auto inspection = one.read();
  CHECK_OK(inspection);
  CHECK(inspection->access.password == access::PasswordKind::can);
  LONGS_EQUAL(92, inspection->transfer.apdus);
  one.options.credentials = by_can("000000");
  one.options.access.allow_bac_after_failed_pace = true;
  const auto refused = one.read();
  CHECK_STRING("the CAN does not open this card", refused->access_error->what.view());
}

TEST(Opening, tries_each_password_once_and_waits_between) {
  PaceCard one{offer(kEcdhGmAes128), to_bytes(as_bytes(kCan))};
  one.pace.password = 2;
  one.options.credentials.pace.push_back(access::PacePassword::from_can(kCan).value());
  std::vector<long> waits;
  access::AttemptDelay delay{[&](std::chrono::milliseconds wait) { waits.push_back(wait.count()); }};
  one.options.attempts = &delay;
  const auto inspection = one.read();
  CHECK_OK(inspection);
  CHECK(inspection->access.password == access::PasswordKind::can);
  CHECK((waits == std::vector<long>{250}));
  one.pace.secret = Bytes(6, 0x30);
  CHECK(one.read()->access_error.has_value());
  CHECK((waits == std::vector<long>{250, 250}));
  LONGS_EQUAL(500, delay.delay().count());
}

TEST(Opening, that_offers_no_pace_says_that_a_can_is_not_enough) {
  DocumentOnCard one;
  one.options.credentials = by_can();
  const auto inspection = one.read();
  CHECK_OK(inspection);
  CHECK_STRING("the chip offers no PACE, and this password opens nothing else", inspection->access_error->what.view());
}

TEST(Opening, finds_ef_card_access_in_the_ways_of_the_field) {
  for (const std::uint16_t sw : std::initializer_list<std::uint16_t>{0x6982, 0x6986, 0x6A86, 0x6D00, 0x6B00, 0x6700}) {
    PaceCard one{offer(kEcdhGmAes128)};
    one.card.mf_sfi_sw = sw;
    const auto inspection = one.read();
    CHECK_OK(inspection);
    CHECK_STRING("PACE", inspection->access_protocol);
    CHECK(has(inspection->notes, "card-access-by-select"));
  }
  // A chip that says "no such file", and then does not open with BAC.
  document.card.mf_sfi_sw = 0x6A82;
  document.card.has_bac = false;
  const auto inspection = document.read();
  CHECK_OK(inspection);
  CHECK_STRING("PACE", inspection->access_protocol);
  CHECK(inspection->transfer.apdus <= 92 + 7);
}

TEST(Opening, goes_on_when_the_master_file_cannot_be_selected) {
  document.card.mf_sfi_sw = 0x6A86;
  document.card.select_mf_sw = 0x6D00;
  const auto inspection = document.read();
  CHECK_OK(inspection);
  CHECK_STRING("PACE", inspection->access_protocol);
  CHECK(has(inspection->notes, "mf-not-selectable"));
}

TEST(Opening, of_a_cccd_that_hides_its_file_takes_what_all_cccd_say) {
  for (const bool six_d_zero_zero : {true, false}) {
    PaceCard one{offer(kEcdhGmAes128), to_bytes(as_bytes(kCan))};
    one.pace.password = 2;
    one.options.credentials = by_can();
    if (six_d_zero_zero) {
      one.card.mf_files.clear();
      one.card.mf_sfi_sw = 0x6A82;
      one.card.select_mf_sw = 0x6D00;
    } else {
      one.card.mf_sfi_sw = 0x6982;
      one.card.mf_read_sw = 0x6982;
    }
    const auto inspection = one.read();
    CHECK_OK(inspection);
    CHECK_STRING("PACE", inspection->access_protocol);
    CHECK(inspection->access.card_access == CardAccessSource::built_in);
    CHECK(has(inspection->notes, "card-access-built-in"));
    CHECK(!inspection->files.contains(Ef::card_access));
  }
}

TEST(Opening, of_another_document_that_hides_its_file_guesses_nothing) {
  document.card.mf_sfi_sw = 0x6982;
  document.card.mf_read_sw = 0x6982;
  const auto inspection = document.read();
  CHECK_OK(inspection);
  CHECK_STRING("BAC", inspection->access_protocol);
  CHECK(inspection->access.card_access == CardAccessSource::none);
}

TEST(Opening, of_a_cccd_without_pace_goes_on_with_bac_because_the_offer_was_ours) {
  DocumentOnCard one;
  one.options.credentials = both();
  one.options.credentials.is_cccd = true;
  one.card.mf_sfi_sw = 0x6982;
  one.card.select_mf_sw = 0x6D00;
  const auto inspection = one.read();
  CHECK_OK(inspection);
  CHECK_STRING("BAC", inspection->access_protocol);
  CHECK(inspection->access.deviations.empty());
}

TEST(Opening, reads_a_chip_without_access_control) {
  DocumentOnCard one;
  one.options.credentials = both();
  one.card.has_bac = false;
  one.card.open_to_all = true;
  const auto inspection = one.read();
  CHECK_OK(inspection);
  CHECK(DocumentOnCard::complete(*inspection));
  CHECK_STRING("none", inspection->access_protocol);
  CHECK(has(inspection->notes, "no-access-control"));
}

TEST(Opening, with_pace_starts_a_broken_session_again_with_pace) {
  bool broken = false;
  document.card.tamper = [&](std::size_t n, const PlainCommand& seen, Bytes& response) {
    if (broken || n < 40 || seen.cla != 0x0C) return;
    broken = true;
    document.card.kill_session();
    response = "6988"_hex;
  };
  const auto inspection = document.read();
  CHECK_OK(inspection);
  CHECK(inspection->files.contains(Ef::dg2));
  CHECK(has(inspection->notes, "session-restarted"));
  LONGS_EQUAL(2, document.pace.runs());
}

TEST(Opening, with_pace_starts_a_broken_session_again_at_the_master_file) {
  for (const std::uint16_t answer : std::initializer_list<std::uint16_t>{0x9000, 0x6D00}) {
    PaceCard one{offer(kEcdhGmAes128)};
    one.card.select_mf_sw = answer;
    std::vector<Bytes> plain_commands;
    bool broken = false;
    one.card.tamper = [&](std::size_t n, const PlainCommand& seen, Bytes& response) {
      if (broken && (seen.cla & 0x0CU) == 0) plain_commands.push_back({seen.ins, seen.p1, seen.p2});
      if (broken || n < 40 || seen.cla != 0x0C) return;
      broken = true;
      one.card.kill_session();
      response = "6988"_hex;
    };
    const auto inspection = one.read();
    CHECK_OK(inspection);
    CHECK(has(inspection->notes, "session-restarted"));
    // PACE belongs there, and the application is what was selected last; whether the chip likes it does not matter.
    CHECK_BYTES("A4000C"_hex, plain_commands.at(0));
    CHECK_BYTES("22C1A4"_hex, plain_commands.at(1));
  }
}

TEST(Opening, is_not_held_up_by_a_file_that_never_ends) {
  document.card.mf_files[0x1C] = concat({"31820FF0"_hex, Bytes(0xFF0)});
  document.card.most_given = 1;
  const auto inspection = document.read();
  CHECK_OK(inspection);
  CHECK(document.card.commands() < 150);
}

TEST(Opening, believes_no_answer_to_pace_with_a_flipped_bit) {
  ReplayRng bits{4};
  for (std::size_t at = 2; at <= 6; ++at) {
    for (int round = 0; round < 24; ++round) {
      PaceCard one{offer(kEcdhGmAes128)};
      Bytes random(2);
      bits.fill(random).value();
      one.card.tamper = [&](std::size_t n, const PlainCommand&, Bytes& response) {
        if (n == at) response.at(random[0] % response.size()) ^= static_cast<std::uint8_t>(1U << (random[1] % 8U));
      };
      const auto inspection = one.read();
      CHECK_OK(inspection);
      if (!inspection->access_error) FAIL((std::to_string(at) + " " + to_hex(random)).c_str());
    }
  }
}
