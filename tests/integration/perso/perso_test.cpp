// host/perso against applet-sim: two opinions about docs/card-commands.md and about SCP03 meet here.
#include <map>
#include <string>

#include "card_on_bench.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/crypto/openssl/modp_group.h"
#include "cicada/crypto/openssl/rsa.h"
#include "cicada/host/access/bac.h"
#include "cicada/host/iso7816/sw.h"
#include "cicada/host/perso/dialect.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using applet_sim::kernel::LifeCycle;
using base::Bytes;
using base::ByteView;
using base::Fault;
using host::perso::FinalState;
using test::CardOnBench;

namespace {

/// INITIALIZE UPDATE and EXTERNAL AUTHENTICATE.
constexpr std::size_t kOpening = 2;

void expect_failure(Fault fault, const std::expected<host::perso::RunReport, host::perso::RunFailure>& result) {
  if (result) FAIL("the run succeeded");
  CHECK_STRING(base::to_string(fault), base::to_string(result.error().error.fault));
}

/// The file as a reader gets it: BAC, then READ BINARY by short identifier and by offset.
Bytes read_back(host::access::SecureSession& session, std::uint8_t sfi, std::size_t size) {
  Bytes content;
  while (content.size() < size) {
    host::iso7816::CommandApdu command{.cla = 0x00, .ins = 0xB0, .ne = 0xDF};
    command.p1 =
        content.empty() ? static_cast<std::uint8_t>(0x80U | sfi) : static_cast<std::uint8_t>(content.size() >> 8U);
    command.p2 = static_cast<std::uint8_t>(content.empty() ? 0 : content.size() & 0xFFU);
    const auto response = session.transmit(command);
    CHECK_OK(response);
    if (response->data.empty()) FAIL("the card gives no more octets");
    base::append(content, response->data);
  }
  return content;
}

host::access::SecureSession session_with(CardOnBench& bench) {
  host::access::PlainSession plain{bench.channel()};
  const auto selected =
      plain.transmit({.cla = 0x00, .ins = 0xA4, .p1 = 0x04, .p2 = 0x0C, .data = "A0000002471001"_hex});
  CHECK_OK(selected);
  LONGS_EQUAL(0x9000, selected->sw);
  const auto keys = host::access::BacKeys::from_mrz_information(test::kMrzInformation).value();
  auto session = host::access::run_bac(std::move(plain), keys, bench.rng());
  if (!session) FAIL(session.error().error.describe().c_str());
  return std::move(*session);
}

}  // namespace

TEST_GROUP(Personalization) {
  const host::gp::MasterKey master = test::master_key();
  const host::perso::Plan plan = test::cccd_plan();
  CardOnBench bench;

  /// A fresh run of `plan` on a fresh card with a meddler that is told the index of the APDU.
  using Numbered = std::function<bool(std::size_t apdu, Bytes& octets)>;
  static test::Meddler numbered(const Numbered& meddle) {
    return [meddle, apdu = std::size_t{0}](Bytes& octets) mutable { return meddle(apdu++, octets); };
  }
};

TEST(Personalization, makes_a_card_whose_every_file_reads_back) {
  CHECK(bench.life_cycle() == LifeCycle::blank);
  const auto report = bench.personalize(plan, master);
  if (!report) FAIL(report.error().describe().c_str());
  LONGS_EQUAL(plan.steps.size(), report->steps);
  LONGS_EQUAL(plan.steps.size() + kOpening, bench.channel().counters().apdus);
  CHECK(bench.life_cycle() == LifeCycle::locked);

  bench.power_cycle();
  auto session = session_with(bench);
  const auto content = test::invented_content();
  for (const auto& file : test::cccd_profile().files) {
    if (file.df == host::perso::kMasterFile || file.content == "dg3") continue;
    if (file.content == host::perso::kCvcaContent) {
      // 42 and the name of the one CVCA; the card wrote it.
      const auto names = read_back(session, file.sfi, host::perso::kCvcaFileSize);
      LONGS_EQUAL(host::perso::kCvcaFileSize, names.size());
      CHECK_BYTES(base::concat({"420F"_hex, base::as_bytes("VNCVCATEST00001")}), ByteView{names}.first(17));
      continue;
    }
    const auto& expected = content.files.at(file.content);
    CHECK_BYTES(expected, read_back(session, file.sfi, expected.size()));
  }
}

TEST(Personalization, says_what_it_will_send_and_sends_that) {
  // The plan's plain commands are what the card's transcript must be made of: as many, in the same order, and none
  // readable on the wire.
  std::vector<Bytes> sent;
  bench.on_command = [&](Bytes& octets) {
    sent.push_back(octets);
    return true;
  };
  CHECK(bench.personalize(plan, master).has_value());
  LONGS_EQUAL(plan.steps.size() + kOpening, sent.size());
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const auto plain = plan.steps[i].command().encode().value();
    const auto& wire = sent[i + kOpening];
    CHECK_BYTES(ByteView{plain}.first(4), ByteView{wire}.first(4));
    if (plan.steps[i].command().data.size() < 8) continue;  // too short to be found by more than chance
    const auto& data = plan.steps[i].command().data;
    CHECK(std::ranges::search(wire, ByteView{data}.first(8)).empty());
  }
}

TEST(Personalization, stays_within_the_apdus_and_octets_that_the_sizes_ask_for) {
  CHECK(bench.personalize(plan, master).has_value());
  std::size_t updates = 0;
  std::size_t content = 0;
  for (const auto& [name, octets] : test::invented_content().files) {
    updates += (octets.size() + 238) / 239;
    content += octets.size();
  }
  const auto& counters = bench.channel().counters();
  const auto certificate = test::invented_content().trust->cvca.front().size();
  const auto blocks = (certificate + 238) / 239;
  // MF, DF; to the MF and back, ten files; access keys, two passwords, a protocol, trust; two steps of life.
  LONGS_EQUAL(kOpening + 2 + 2 + 10 + updates + 5 + blocks + 2, counters.apdus);
  content += certificate;
  // Padding and MAC cost at most 24 octets a command, header and Lc 5, and each answer is 10.
  CHECK(counters.bytes_out < content + counters.apdus * 29 + 400);
  CHECK(counters.bytes_in < counters.apdus * 10 + 40);
}

TEST(Personalization, hides_fingers_and_shows_the_protocols) {
  CHECK(bench.personalize(plan, master).has_value());
  bench.power_cycle();
  const auto card_access = bench.channel().transmit({.cla = 0x00, .ins = 0xB0, .p1 = 0x9C, .ne = 0x100});
  CHECK_OK(card_access);
  CHECK_BYTES(test::invented_content().files.at("ef-cardaccess"), card_access->data);
  auto session = session_with(bench);
  const auto fingers = session.transmit({.cla = 0x00, .ins = 0xB0, .p1 = 0x83, .ne = 0x10});
  CHECK_OK(fingers);
  LONGS_EQUAL(0x6982, fingers->sw);
}

TEST(Personalization, lets_the_chip_make_its_keys_first) {
  const auto profile = test::cccd_profile();
  auto channel = bench.open(master);
  CHECK_OK(channel);
  const auto keys = host::perso::make_keys(profile, *channel);
  if (!keys) FAIL(keys.error().describe().c_str());
  CHECK(keys->active.has_value());
  LONGS_EQUAL(1, keys->chip.size());
  CHECK_OK(crypto::openssl::EcPublicKey::create(crypto::openssl::Curve::brainpool_p256r1, keys->chip[0].value));
  // Again, as after a cut: other keys.
  const auto again = host::perso::make_keys(profile, *channel);
  CHECK(again.has_value());
  CHECK(keys->chip[0].value != again->chip[0].value);
  CHECK(host::perso::run(plan, *channel).has_value());
}

TEST(Personalization, brings_public_halves_that_come_in_pieces) {
  auto profile = test::cccd_profile();
  profile.active_authentication = host::perso::ActiveAuthentication{.bits = 2048, .domain = 0, .hash = 3};
  profile.chip_authentication = {
      {.domain = 2, .key_id = 1, .names = {"DH-AES-128"}, .oids = {"04007F00070202030102"_hex}}};
  auto channel = bench.open(master);
  CHECK_OK(channel);
  const auto keys = host::perso::make_keys(profile, *channel);
  if (!keys) FAIL(keys.error().describe().c_str());
  LONGS_EQUAL(256, keys->active->modulus.size());
  CHECK_OK(crypto::openssl::RsaPublicKey::create(keys->active->modulus, keys->active->exponent));
  const auto group = crypto::openssl::ModpGroup::create(crypto::openssl::Modp::modp_2048_256);
  CHECK_OK(group->check(keys->chip[0].value));
}

TEST(Personalization, stops_when_the_chip_cannot_make_a_key) {
  auto profile = test::cccd_profile();
  profile.chip_authentication[0].oids = {"04007F00070202030102"_hex};  // DH with a curve
  auto channel = bench.open(master);
  CHECK_OK(channel);
  const auto keys = host::perso::make_keys(profile, *channel);
  CHECK(!keys);
  LONGS_EQUAL(1, keys.error().step);
  LONGS_EQUAL(0x6A80, keys.error().error.sw);
  CHECK_STRING("GENERATE KEY PAIR chip authentication", keys.error().label);
}

TEST(Personalization, refuses_the_wrong_master_key_without_harm_however_often) {
  for (int i = 0; i < 50; ++i) {
    const auto wrong = bench.personalize(plan, test::master_key(0x01));
    expect_failure(Fault::security, wrong);
    CHECK(bench.life_cycle() == LifeCycle::blank);
  }
  CHECK(bench.personalize(plan, master).has_value());
}

TEST(Personalization, is_over_for_good_once_the_card_is_locked) {
  CHECK(bench.personalize(plan, master).has_value());
  for (int round = 0; round < 2; ++round) {
    const auto again = bench.personalize(plan, master);
    expect_failure(Fault::conflict, again);
    CHECK_STRING("this card is locked: it was personalized for good (sw 6D00): take a blank card",
                 again.error().error.describe());
    // Every command of the data sheet, in the clear and with the class of the secure channel.
    for (const auto& command :
         {"80503000080102030405060708 00"_hex, "84823300100102030405060708090A0B0C0D0E0F10"_hex,
          "84E000000462028201"_hex, "84D600000401020304"_hex, "84D700000654010053010000"_hex, "84DA00620480020102"_hex,
          "84F0400F07A0000002471001"_hex, "84F0800F"_hex, "80F0800F"_hex}) {
      LONGS_EQUAL(0x6D00, bench.status_of(command));
    }
    CHECK(bench.life_cycle() == LifeCycle::locked);
    bench.power_cycle();
  }
}

TEST(Personalization, of_a_card_that_is_personalized_is_refused_but_it_can_be_locked) {
  CHECK(bench.personalize(test::cccd_plan(FinalState::personalized), master).has_value());
  CHECK(bench.life_cycle() == LifeCycle::personalized);
  bench.power_cycle();
  const auto again = bench.personalize(plan, master);
  expect_failure(Fault::card_status, again);
  CHECK_STRING("step 1 (CREATE FILE LDS1): the card refused the command (sw 6985): the card is personalized already",
               again.error().describe());

  bench.power_cycle();
  host::perso::Plan lock{.dialect = "cicada-1"};
  lock.steps.emplace_back("SET STATUS card locked",
                          host::iso7816::CommandApdu{.cla = 0x84, .ins = 0xF0, .p1 = 0x80, .p2 = 0x0F});
  CHECK(bench.personalize(lock, master).has_value());
  CHECK(bench.life_cycle() == LifeCycle::locked);
}

TEST(Personalization, that_is_cut_before_or_after_any_command_stops_there_and_harms_nothing) {
  const auto apdus = plan.steps.size() + kOpening;
  for (const bool after : {false, true}) {
    for (std::size_t cut = 0; cut < apdus; ++cut) {
      CardOnBench card;
      (after ? card.on_response : card.on_command) = numbered([cut](std::size_t apdu, Bytes&) { return apdu != cut; });
      const auto result = card.personalize(plan, master);
      expect_failure(Fault::card_removed, result);
      LONGS_EQUAL(cut < kOpening ? 0 : cut - kOpening, result.error().step);
      card.on_command = {};
      card.on_response = {};
      card.power_cycle();

      // The last two steps are SET STATUS personalized and SET STATUS locked.
      const auto done = cut + (after ? 1 : 0);
      const auto expected = done == apdus       ? LifeCycle::locked
                            : done == apdus - 1 ? LifeCycle::personalized
                                                : LifeCycle::blank;
      CHECK(card.life_cycle() == expected);
      const auto opened = card.open(master);
      if (expected == LifeCycle::locked) {
        CHECK_FAULT(Fault::conflict, opened);
      } else {
        CHECK_OK(opened);
      }
    }
  }
}

TEST(Personalization, with_one_bit_of_any_command_changed_is_refused_by_the_card) {
  const auto apdus = plan.steps.size() + kOpening;
  for (std::size_t changed = 1; changed < apdus; ++changed) {  // INITIALIZE UPDATE itself is not protected
    CardOnBench card;
    card.on_command = numbered([changed](std::size_t apdu, Bytes& octets) {
      if (apdu == changed)
        octets[octets.size() - 1 - apdu % (octets.size() - 5)] ^= static_cast<std::uint8_t>(1U << (apdu % 8));
      return true;
    });
    const auto result = card.personalize(plan, master);
    expect_failure(Fault::card_status, result);
    LONGS_EQUAL(changed < kOpening ? 0 : changed - kOpening, result.error().step);
    CHECK(card.life_cycle() != LifeCycle::locked);
  }
}

TEST(Personalization, with_any_bit_of_a_header_changed_is_refused_by_the_card) {
  for (const auto target : {kOpening - 1, kOpening + 1, kOpening + 3}) {  // EXTERNAL AUTHENTICATE, CREATE, UPDATE
    for (std::size_t bit = 0; bit < 5UL * 8; ++bit) {
      CardOnBench card;
      card.on_command = numbered([=](std::size_t apdu, Bytes& octets) {
        if (apdu == target) octets[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        return true;
      });
      const auto result = card.personalize(plan, master);
      CHECK(!result.has_value());
      LONGS_EQUAL(target < kOpening ? 0 : target - kOpening, result.error().step);
      card.on_command = {};
      CHECK(card.life_cycle() == LifeCycle::blank);
      CHECK_OK(card.open(master));
    }
  }
}

TEST(Personalization, with_any_bit_of_an_answer_changed_is_refused_by_the_host) {
  // Every bit of one answer of each kind: the first CREATE FILE, an UPDATE BINARY, PUT DATA, and the lock.
  std::map<std::size_t, std::size_t> lengths;
  bench.on_response = numbered([&](std::size_t apdu, Bytes& octets) {
    lengths[apdu] = octets.size();
    return true;
  });
  CHECK(bench.personalize(plan, master).has_value());
  const auto apdus = plan.steps.size() + kOpening;
  for (const auto target : {kOpening, kOpening + 1, kOpening + 3, apdus - 3, apdus - 1}) {
    LONGS_EQUAL(10, lengths.at(target));  // R-MAC and status word
    for (std::size_t bit = 0; bit < lengths.at(target) * 8; ++bit) {
      CardOnBench card;
      card.on_response = numbered([=](std::size_t apdu, Bytes& octets) {
        if (apdu == target) octets[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        return true;
      });
      const auto result = card.personalize(plan, master);
      expect_failure(Fault::security, result);
      LONGS_EQUAL(target - kOpening, result.error().step);
    }
  }
}

TEST(Personalization, cannot_be_replayed_on_the_same_card) {
  std::vector<Bytes> sent;
  bench.on_command = [&](Bytes& octets) {
    sent.push_back(octets);
    return true;
  };
  const auto personalized = test::cccd_plan(FinalState::personalized);
  CHECK(bench.personalize(personalized, master).has_value());
  CardOnBench same;  // the same chip, keys and random octets; only the sequence counter has moved on
  CHECK_OK(same.open(master));
  same.power_cycle();
  LONGS_EQUAL(0x9000, same.status_of(sent[0]));
  CHECK(same.status_of(sent[1]) != 0x9000);
  CHECK(same.status_of(sent[2]) != 0x9000);
  CHECK(same.life_cycle() == LifeCycle::blank);
}

TEST(Personalization, keeps_a_blank_card_unreadable) {
  LONGS_EQUAL(0x6A82, bench.status_of("00A4040C07A0000002471001"_hex));
  CHECK(bench.status_of("00B09E0000"_hex) != 0x9000);
}

TEST(Personalization, writes_files_beyond_the_reach_of_even_instructions) {
  auto profile = test::cccd_profile();
  auto content = test::invented_content();
  for (auto& file : profile.files) file.max = {};
  auto& portrait = content.files["dg2"];
  portrait.resize(0xA000);
  for (std::size_t i = 0; i < portrait.size(); ++i) portrait[i] = static_cast<std::uint8_t>(i ^ (i >> 8U));
  const auto large = host::perso::make_plan(profile, content);
  CHECK(large.has_value());
  const auto report = bench.personalize(*large, master);
  if (!report) FAIL(report.error().describe().c_str());
  auto session = session_with(bench);
  CHECK_BYTES(ByteView{portrait}.first(0x7FFF - 0x7FFF % 0xDF), read_back(session, 0x02, 0x7FFF - 0x7FFF % 0xDF));
  // Odd READ BINARY of the last octets: 54 offset, the answer in 53.
  const auto tail = session.transmit({.cla = 0x00, .ins = 0xB1, .data = "54029F80"_hex, .ne = 0x83});
  CHECK_OK(tail);
  LONGS_EQUAL(0x9000, tail->sw);
  CHECK_BYTES(base::concat({"538180"_hex, ByteView{portrait}.last(0x80)}), tail->data);
}
