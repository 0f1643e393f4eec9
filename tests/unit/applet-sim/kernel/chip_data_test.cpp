// What a card gets for PACE and terminal authentication (docs/card-commands.md).
#include <array>

#include "cards.h"
#include "cicada/applet_sim/applet/record.h"
#include "cicada/applet_sim/nvm/journal.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim;
using applet::CardState;
using applet::PasswordId;
using cards::Bench;
using cicada::applet_sim::kernel::LifeCycle;
using terminal::Channel;
using terminal::Command;

namespace {

/// All that a memory remembers.
CardState remembered(const Bytes& memory) {
  CardState state;
  const auto journal = nvm::Journal::open(std::make_unique<nvm::MemoryStorage>(std::make_shared<Bytes>(memory)),
                                          [&](ByteView record) -> Result<void> {
                                            CICADA_TRY(const auto changes, applet::decode(record));
                                            for (const auto& change : changes) CICADA_CHECK(state.apply(change));
                                            return {};
                                          });
  CHECK_OK(journal);
  return state;
}

const Command kPersonalized{.ins = 0xF0, .p1 = 0x40, .p2 = 0x0F, .data = "A0000002471001"_hex};

Bytes pace(unsigned mapping, unsigned cipher, unsigned parameter) {
  return concat({"800A04007F0007020204"_hex, Bytes{static_cast<std::uint8_t>(mapping)},
                 Bytes{static_cast<std::uint8_t>(cipher)}, "8401"_hex, Bytes{static_cast<std::uint8_t>(parameter)}});
}

}  // namespace

TEST_GROUP(ChipData) {
  Bench bench;
  std::optional<Channel> open;
  void setup() override {
    bench.use_blank();
    open = Channel::open(bench.wire(), cards::transport_keys());
  }
  void expect(unsigned sw, const Command& command) {
    const auto before = bench.memory();
    LONGS_EQUAL(sw, open->transmit(bench.wire(), command).sw);
    if (sw != 0x9000) CHECK_BYTES(before, bench.memory());
  }
  void put(unsigned sw, std::uint8_t what, const Bytes& data) {
    expect(sw, {.ins = 0xDA, .p2 = what, .data = data});
  }
  void make_application() {
    expect(0x9000, {.ins = 0xE0, .data = cards::fcp_df(0x1001, "A0000002471001"_hex)});
  }
  CardState state() {
    return remembered(bench.memory());
  }
};

TEST(ChipData, keeps_passwords_as_the_key_derivation_takes_them) {
  put(0x9000, 0x63, concat({"830101 8014"_hex, cards::pattern(20, 1)}));
  put(0x9000, 0x63, "830102 8006393837363534"_hex);
  put(0x9000, 0x63, "830103 8004616263E4 81010F"_hex);
  put(0x9000, 0x63, concat({"830104 8010"_hex, Bytes(16, '7'), "810101"_hex}));
  const auto card = state();
  CHECK_BYTES(cards::pattern(20, 1), card.password(PasswordId::mrz)->k.expose());
  CHECK_BYTES("393837363534"_hex, card.password(PasswordId::can)->k.expose());
  CHECK(!card.password(PasswordId::can)->counted());
  LONGS_EQUAL(15, card.password(PasswordId::pin)->max_tries);
  LONGS_EQUAL(15, card.password(PasswordId::pin)->tries);
  LONGS_EQUAL(16, card.password(PasswordId::puk)->k.size());
  LONGS_EQUAL(1, card.password(PasswordId::puk)->tries);
  POINTERS_EQUAL(nullptr, card.password(static_cast<PasswordId>(0)));
  POINTERS_EQUAL(nullptr, card.password(static_cast<PasswordId>(5)));
}

TEST(ChipData, replaces_a_password_that_comes_again) {
  put(0x9000, 0x63, "830102 8006303030303030"_hex);
  put(0x9000, 0x63, "830102 8006313131313131"_hex);
  CHECK_BYTES("313131313131"_hex, state().password(PasswordId::can)->k.expose());
  POINTERS_EQUAL(nullptr, state().password(PasswordId::mrz));
}

TEST(ChipData, refuses_passwords_that_are_none) {
  for (const auto& data : {
           ""_hex, "830102"_hex, "8006303030303139"_hex,
           "830100 8006303030303139"_hex,          // no such reference
           "830105 8006303030303139"_hex,          //
           "83020102 8006303030303139"_hex,        //
           "830102 80053030303031"_hex,            // a CAN of five digits
           "830102 800630303030314F"_hex,          // and one with a letter
           "830102 8006303030303139 810103"_hex,   // a CAN is not counted
           "830101 8006303030303139"_hex,          // the MRZ itself, or a part of it
           "830103 80053132333435"_hex,            // a PIN is
           "830103 80053132333435 810100"_hex,     //
           "830103 80053132333435 810110"_hex,     //
           "830103 80053132333435 81020003"_hex,   //
           "830103 8003313233 810103"_hex,         // too short
           "830103 80053132333435 810103 00"_hex,  // something behind
           "80053132333435 830103 810103"_hex,     // another order
       }) {
    put(0x6A80, 0x63, data);
  }
  put(0x6A80, 0x63, concat({"830104 8011"_hex, Bytes(17, '7'), "810101"_hex}));
}

TEST(ChipData, knows_which_pace_protocols_exist) {
  unsigned accepted = 0;
  for (unsigned mapping = 0; mapping < 8; ++mapping) {
    for (unsigned cipher = 0; cipher < 6; ++cipher) {
      for (unsigned parameter = 0; parameter < 20; ++parameter) {
        bench.use_blank();
        open = Channel::open(bench.wire(), cards::transport_keys());
        const bool dh = mapping == 1 || mapping == 3;
        const bool cam = mapping == 6;
        const bool known = dh || cam || mapping == 2 || mapping == 4;
        const bool ciphers = cipher >= (cam ? 2U : 1U) && cipher <= 4;
        const bool group =
            dh ? parameter <= 2 : parameter >= 8 && parameter <= 18 && !(mapping == 4 && parameter == 10);
        const bool right = known && ciphers && group;
        put(right ? 0x9000 : 0x6A80, 0x64, pace(mapping, cipher, parameter));
        accepted += right ? 1 : 0;
      }
    }
  }
  LONGS_EQUAL(4 * 3 + 4 * 11 + 4 * 3 + 4 * 10 + 3 * 11, accepted);
  for (const auto& data : {""_hex, "800A04007F00070202040202"_hex, "800904007F000702020402 84010D"_hex,
                           "800A04007F00070202030202 84010D"_hex, "800A04007F00070202040202 8402000D"_hex,
                           "84010D 800A04007F00070202040202"_hex, "800A04007F00070202040202 84010D 00"_hex}) {
    put(0x6A80, 0x64, data);
  }
}

TEST(ChipData, keeps_eight_pace_protocols_in_their_order) {
  for (unsigned i = 0; i < 8; ++i) put(0x9000, 0x64, pace(2, 1 + i % 4, 12 + i / 4));
  put(0x6A89, 0x64, pace(2, 1, 12));
  put(0x6A84, 0x64, pace(2, 1, 15));
  const auto card = state();
  LONGS_EQUAL(8, card.pace_protocols.size());
  CHECK_BYTES("04007F00070202040204"_hex, card.pace_protocols[7].oid);
  LONGS_EQUAL(13, card.pace_protocols[7].parameter_id);
}

TEST(ChipData, gives_ef_cvca_to_the_card_with_the_day) {
  make_application();
  put(0x6A82, 0x65, "8302011C 5F2506020601000101"_hex);
  expect(0x9000, {.ins = 0xE0, .data = cards::fcp_ef(0x011C, 35, 0x1C, 0x40)});
  put(0x6A80, 0x65, "8302011C 5F2506020601000101"_hex);  // not 36 octets
  expect(0x9000, {.ins = 0xE0, .data = cards::fcp_ef(0x011B, 36, 0x1B, 0x40)});
  put(0x9000, 0x65, "8302011B 5F2506020601000101"_hex);
  CHECK(state().cvca_file == static_cast<fs::FileId>(2));
  put(0x6985, 0x65, "8302011B 5F2506020600090300"_hex);  // the day before
  for (const auto& data :
       {""_hex, "8302011B"_hex, "5F2506020601000101"_hex, "83011B 5F2506020601000101"_hex,
        "8302011B 5F25050206000100"_hex, "8302011B 5F250602060A010001"_hex, "8302011B 5F2506020601030001"_hex,
        "8302011B 5F2506020601020302"_hex, "8302011B 5F2506020600000001"_hex, "8302011B 5F2506020601010000"_hex,
        "8302011B 5F2506020600010001 00"_hex}) {
    put(0x6A80, 0x65, data);
  }
}

TEST(ChipData, ends_with_the_personalization) {
  make_application();
  expect(0x9000, kPersonalized);
  put(0x6985, 0x63, "830102 8006303030303139"_hex);
  put(0x6985, 0x64, pace(2, 2, 13));
  put(0x6985, 0x65, "8302011C 5F2506020601000101"_hex);
  put(0x6A88, 0x66, "00"_hex);
}

TEST(ChipData, that_nobody_could_read_keeps_a_card_from_being_personalized) {
  make_application();
  expect(0x9000, {.ins = 0xE0, .data = cards::fcp_ef(0x0101, 10, 1, 0x40)});
  expect(0x6985, kPersonalized);
  put(0x9000, 0x63, "830102 8006303030303139"_hex);
  expect(0x6985, kPersonalized);  // a password, and nothing to use it with
  put(0x9000, 0x64, pace(6, 2, 13));
  expect(0x6985, kPersonalized);  // a mapping without its key
}

TEST(ChipData, is_enough_without_basic_access_keys) {
  make_application();
  expect(0x9000, {.ins = 0xE0, .data = cards::fcp_ef(0x0103, 10, 3, 0xE3)});
  put(0x9000, 0x64, pace(2, 2, 13));
  expect(0x6985, kPersonalized);
  put(0x9000, 0x63, "830102 8006303030303139"_hex);
  expect(0x9000, kPersonalized);
}

TEST(ChipData, is_not_needed_by_a_plain_chip) {
  make_application();
  expect(0x9000, {.ins = 0xE0, .data = cards::fcp_ef(0x0101, 10, 1, 0x00)});
  expect(0x9000, {.ins = 0xE0, .data = cards::fcp_ef(0x0103, 10, 3, 0xFF)});
  expect(0x9000, kPersonalized);
  CHECK(bench.card->life_cycle() == LifeCycle::personalized);
  bench.select_lds1();
  LONGS_EQUAL(0x9000, bench.plain({.ins = 0xB0, .p1 = 0x81, .le = 8}).sw);
}

TEST_GROUP(ChipRecords) {
  CardState card;
  static applet::ActiveKey active_key() {
    return {.secret = applet::RsaSecret{.p = SecretBytes{cards::pattern(256, 1)},
                                        .q = SecretBytes{cards::pattern(256, 2)},
                                        .exponent = "010001"_hex},
            .hash = cicada::crypto::mbedtls::HashAlgorithm::sha256};
  }
  static applet::ChipKey ec_key(std::optional<std::uint8_t> id) {
    return {.id = id,
            .secret = applet::EcSecret{.curve = cicada::crypto::mbedtls::Curve::p521,
                                       .scalar = SecretBytes{cards::pattern(66, 3)}},
            .protocols = {"04007F00070202030202"_hex, "04007F00070202030204"_hex}};
  }
  static applet::ChipKey dh_key() {
    return {.id = 7,
            .secret = applet::DhSecret{.group = cicada::crypto::mbedtls::Modp::modp_2048_256,
                                       .exponent = SecretBytes{cards::pattern(32, 4)}},
            .protocols = {}};
  }
  static protocol::ta::TrustPoint trust_point(std::uint8_t number) {
    using namespace protocol::ta;
    PublicKey key{.scheme = Scheme::rsa_pss_sha512,
                  .key = RsaKey{.modulus = cards::pattern(384, 5), .exponent = "010001"_hex}};
    if (number == 2) {
      key = {.scheme = Scheme::ecdsa_sha256,
             .key = EcKey{.curve = cicada::crypto::mbedtls::Curve::brainpool_p256r1, .point = cards::pattern(65, 6)}};
    }
    return {.holder = concat({"564E43564341"_hex, Bytes(5, static_cast<std::uint8_t>('0' + number))}),
            .authorization = 0xC3,
            .effective = {2, 6, 0, 1, 0, number},
            .expiration = {2, 8, 0, 1, 0, number},
            .key = std::move(key)};
  }
  std::vector<applet::Change> everything() {
    std::vector<applet::Change> all;
    all.emplace_back(applet::CreateFile{.spec = {.fid = 0x011C, .size = 36, .security_condition = 0x40}});
    all.emplace_back(applet::SetPacePassword{
        {.id = PasswordId::pin, .k = SecretBytes{"3132333435"_hex}, .max_tries = 3, .tries = 3}});
    all.emplace_back(applet::SetTries{.id = PasswordId::pin, .tries = 2});
    all.emplace_back(applet::AddPaceProtocol{{.oid = "04007F00070202040602"_hex, .parameter_id = 13}});
    all.emplace_back(applet::SetActiveKey{active_key()});
    all.emplace_back(applet::SetChipKey{ec_key(13)});
    all.emplace_back(applet::SetChipKey{dh_key()});
    all.emplace_back(applet::SetCvcaFile{fs::FileId{0}});
    all.emplace_back(applet::SetDocumentNumber{"4C383938393031433336"_hex});
    for (auto& change : applet::trust_changes(card, {trust_point(2), trust_point(1)}, {2, 6, 0, 2, 0, 3})) {
      all.push_back(std::move(change));
    }
    return all;
  }
};

TEST(ChipRecords, come_back_as_they_were) {
  const auto changes = everything();
  const auto record = applet::encode(changes);
  const auto again = applet::decode(record);
  CHECK_OK(again);
  CHECK_BYTES(record, applet::encode(*again));
  for (const auto& change : *again) CHECK_OK(card.apply(change));
  LONGS_EQUAL(2, card.password(PasswordId::pin)->tries);
  LONGS_EQUAL(3, card.password(PasswordId::pin)->max_tries);
  CHECK(card.chip_key(13) != nullptr && card.chip_key(7) != nullptr);
  POINTERS_EQUAL(nullptr, card.chip_key(8));
  POINTERS_EQUAL(nullptr, card.chip_key({}));  // there are two
  CHECK(card.trust_points[0] == trust_point(2));
  CHECK(card.trust_points[1] == trust_point(1));
  const auto& secret = std::get<applet::RsaSecret>(card.active_key->secret);
  CHECK_BYTES(cards::pattern(256, 2), secret.q.expose());
  CHECK_BYTES(cards::pattern(32, 4), std::get<applet::DhSecret>(card.chip_key(7)->secret).exponent.expose());
}

TEST(ChipRecords, are_all_in_the_snapshot) {
  for (const auto& change : everything()) CHECK_OK(card.apply(change));
  const auto snapshot = applet::encode_snapshot(card);
  CardState copy;
  const auto changes = applet::decode(snapshot);
  CHECK_OK(changes);
  for (const auto& change : *changes) CHECK_OK(copy.apply(change));
  CHECK_BYTES(snapshot, applet::encode_snapshot(copy));
  LONGS_EQUAL(2, copy.password(PasswordId::pin)->tries);
  CHECK(copy.trust_points == card.trust_points);
  CHECK((copy.current_date == protocol::ta::Date{2, 6, 0, 2, 0, 3}));
}

TEST(ChipRecords, are_one_change_after_another_and_nothing_else) {
  const auto changes = everything();
  const auto record = applet::encode(changes);
  std::size_t whole = 0;
  for (std::size_t size = 0; size < record.size(); ++size) {
    const auto part = applet::decode(ByteView{record}.first(size));
    if (part) {
      ++whole;
    } else {
      CHECK_FAULT(Fault::malformed, part);
    }
  }
  LONGS_EQUAL(changes.size(), whole);                     // after each change but the last, and the empty record
  for (const auto& nonsense : {"0800000100AA0000"_hex,    // password 0
                               "0805000100AA0000"_hex,    // password 5
                               "090003"_hex,              //
                               "0B0501000000000000"_hex,  // hash 5
                               "0B0003"_hex,              // active authentication with a DH key
                               "0B00020B0000"_hex,        // curve 11
                               "0CFF01"_hex,              // chip authentication with an RSA key
                               "0CFF03030000"_hex,        // group 3
                               "0D010000C00000000000000000000000001003"_hex, "0E0203"_hex, "10"_hex}) {
    CHECK_FAULT(Fault::malformed, applet::decode(nonsense));
  }
}

TEST(ChipRecords, that_fit_no_card_change_nothing) {
  for (const auto& change : everything()) CHECK_OK(card.apply(change));
  const auto before = applet::encode_snapshot(card);
  std::vector<applet::Change> unfit;
  const auto password = [](PasswordId id, std::uint8_t tries) {
    return applet::SetPacePassword{{.id = id, .k = SecretBytes{"31"_hex}, .max_tries = 3, .tries = tries}};
  };
  unfit.emplace_back(password(static_cast<PasswordId>(0), 3));
  unfit.emplace_back(password(PasswordId::puk, 4));
  unfit.emplace_back(applet::SetTries{.id = PasswordId::pin, .tries = 4});
  unfit.emplace_back(applet::SetTries{.id = PasswordId::can, .tries = 0});
  unfit.emplace_back(applet::AddPaceProtocol{{.oid = "04007F00070202040602"_hex, .parameter_id = 13}});
  unfit.emplace_back(applet::AddPaceProtocol{{.oid = "0400"_hex, .parameter_id = 13}});
  unfit.emplace_back(applet::SetTrustPoints{{trust_point(1), trust_point(1), trust_point(1)}});
  auto unnamed = trust_point(1);
  unnamed.holder.clear();
  unfit.emplace_back(applet::SetTrustPoints{{unnamed}});
  unfit.emplace_back(applet::SetCurrentDate{{2, 6, 0, 2, 0, 2}});
  unfit.emplace_back(applet::SetCurrentDate{{2, 6, 0, 2, 0, 10}});
  unfit.emplace_back(applet::SetCvcaFile{fs::FileId{1}});
  for (const auto& change : unfit) CHECK_FAULT(Fault::conflict, card.apply(change));
  CHECK_BYTES(before, applet::encode_snapshot(card));
}

TEST(ChipRecords, hold_at_most_four_chip_keys_and_the_last_of_each_name) {
  for (std::uint8_t id = 0; id < 4; ++id) CHECK_OK(card.apply(applet::SetChipKey{ec_key(id)}));
  CHECK_FAULT(Fault::conflict, card.apply(applet::SetChipKey{ec_key(4)}));
  CHECK_OK(card.apply(applet::SetChipKey{{.id = 2, .secret = dh_key().clone().secret, .protocols = {}}}));
  CHECK(std::holds_alternative<applet::DhSecret>(card.chip_key(2)->secret));
  LONGS_EQUAL(4, card.chip_keys.size());
}

TEST(ChipRecords, of_an_only_key_need_no_name) {
  CHECK_OK(card.apply(applet::SetChipKey{ec_key({})}));
  CHECK(card.chip_key({}) != nullptr);
  POINTERS_EQUAL(nullptr, card.chip_key(0));
}

TEST(ChipRecords, of_new_trust_points_come_with_ef_cvca) {
  CHECK_OK(card.apply(applet::CreateFile{.spec = {.fid = 0x011C, .size = 36, .security_condition = 0x40}}));
  CHECK_OK(card.apply(applet::SetCvcaFile{fs::FileId{0}}));
  for (const auto& change : applet::trust_changes(card, {trust_point(1)}, {})) CHECK_OK(card.apply(change));
  CHECK_BYTES(concat({"420B 564E43564341 3131313131"_hex, Bytes(23)}), card.files.ef(fs::FileId{0})->content);
  for (const auto& change : applet::trust_changes(card, {trust_point(2), trust_point(1)}, {2, 6, 0, 1, 0, 2})) {
    CHECK_OK(card.apply(change));
  }
  CHECK_BYTES(concat({"420B 564E43564341 3232323232 420B 564E43564341 3131313131"_hex, Bytes(10)}),
              card.files.ef(fs::FileId{0})->content);
  for (const auto& change : applet::trust_changes(card, {}, {2, 6, 0, 1, 0, 2})) CHECK_OK(card.apply(change));
  CHECK_BYTES(Bytes(36), card.files.ef(fs::FileId{0})->content);
}
