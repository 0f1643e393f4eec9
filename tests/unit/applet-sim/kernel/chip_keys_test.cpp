// Keys that are made on the card, and whom it trusts (docs/card-commands.md).
#include "cards.h"
#include "cicada/applet_sim/applet/record.h"
#include "cicada/applet_sim/nvm/journal.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/crypto/openssl/rsa.h"
#include "verifiable.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim;
namespace outside = cicada::crypto::openssl;
using cards::Bench;
using terminal::Channel;
using terminal::Command;
using verifiable::certificate;
using verifiable::Party;

namespace {

constexpr std::uint8_t kGenerate = 0x80;
constexpr std::uint8_t kRead = 0x81;

/// The value of a DO with lengths of up to two octets more.
Bytes inside(unsigned tag, ByteView octets) {
  const auto head = terminal::tlv(tag, Bytes(octets.size())).size() - octets.size();
  const auto value = octets.size() < head ? ByteView{} : octets.subspan(head);
  CHECK_BYTES(terminal::tlv(tag, value), octets);
  return to_bytes(value);
}

}  // namespace

TEST_GROUP(ChipKeys) {
  Bench bench;
  std::optional<Channel> open;
  void setup() override {
    bench.use_blank();
    open = Channel::open(bench.wire(), cards::transport_keys());
  }
  terminal::Response ask(const Command& command) {
    return open->transmit(bench.wire(), command);
  }
  void expect(unsigned sw, const Command& command) {
    const auto before = bench.memory();
    LONGS_EQUAL(sw, ask(command).sw);
    if (sw != 0x9000) CHECK_BYTES(before, bench.memory());
  }
  /// Generates and reads what is left of the public half.
  Bytes generate(const Bytes& order, const Bytes& name) {
    auto piece = ask({.ins = 0x47, .p1 = kGenerate, .data = order});
    LONGS_EQUAL(0x9000, piece.sw);
    auto all = piece.data;
    while (piece.data.size() == 224) {
      const Bytes offset = {static_cast<std::uint8_t>(all.size() >> 8U), static_cast<std::uint8_t>(all.size())};
      piece = ask({.ins = 0x47, .p1 = kRead, .data = concat({name, "5402"_hex, offset})});
      if (piece.sw == 0x6B00) break;
      LONGS_EQUAL(0x9000, piece.sw);
      append(all, piece.data);
    }
    // It can be asked for again.
    const auto again = ask({.ins = 0x47, .p1 = kRead, .data = name});
    CHECK_BYTES(ByteView{all}.first(again.data.size()), again.data);
    return inside(0x7F49, all);
  }
  void make_application() {
    expect(0x9000, {.ins = 0xE0, .data = cards::fcp_df(0x1001, "A0000002471001"_hex)});
    expect(0x9000, {.ins = 0xE0, .data = cards::fcp_ef(0x011C, 36, 0x1C, 0x00)});
  }
  void name_cvca_file() {
    make_application();
    expect(0x9000, {.ins = 0xDA, .p2 = 0x65, .data = "8302011C 5F2506020600030001"_hex});
  }
  std::vector<Command> blocks(const Bytes& octets, std::size_t size = 200) const {
    std::vector<Command> commands;
    for (std::size_t at = 0; at < octets.size(); at += size) {
      const auto part = ByteView{octets}.subspan(at, std::min(size, octets.size() - at));
      const bool last = at + size >= octets.size();
      commands.push_back({.ins = 0xE2,
                          .p1 = static_cast<std::uint8_t>(last ? 0x80 : 0x00),
                          .p2 = static_cast<std::uint8_t>(commands.size()),
                          .data = to_bytes(part)});
    }
    return commands;
  }
  /// The status word of the last block; the others are taken.
  unsigned store(const Bytes& octets) {
    unsigned sw = 0;
    for (const auto& command : blocks(octets)) {
      CHECK(sw == 0 || sw == 0x9000);
      sw = ask(command).sw;
    }
    return sw;
  }
  Bytes ef_cvca() {
    expect(0x9000, {.ins = 0xF0, .p1 = 0x40, .p2 = 0x0F, .data = "A0000002471001"_hex});
    bench.select_lds1();
    return bench.plain({.ins = 0xB0, .p1 = 0x9C, .le = 256}).data;
  }
};

TEST(ChipKeys, for_active_authentication_are_made_on_the_card_with_rsa) {
  for (const unsigned octets : {128U, 256U}) {
    const Bytes bits = {static_cast<std::uint8_t>(octets * 8 >> 8U), static_cast<std::uint8_t>(octets * 8)};
    const auto key = generate(terminal::tlv(0xB6, concat({"8002"_hex, bits, "820103"_hex})), "B600"_hex);
    const ByteView view = key;
    const auto modulus = view.subspan(octets == 128 ? 3 : 4, octets);
    CHECK_BYTES(concat({terminal::tlv(0x81, modulus), "8203010001"_hex}), key);
    CHECK_OK(outside::RsaPublicKey::create(modulus, "010001"_hex));
  }
}

TEST(ChipKeys, for_active_authentication_sign_what_the_application_is_asked) {
  make_application();
  const auto key = generate("B606 810112 820105"_hex, "B600"_hex);
  const auto point = inside(0x86, key);
  expect(0x9000, {.ins = 0xF0, .p1 = 0x40, .p2 = 0x0F, .data = "A0000002471001"_hex});
  bench.reopen();
  bench.select_lds1();
  const auto rnd_ifd = "0102030405060708"_hex;
  const auto answer = bench.plain({.ins = 0x88, .data = rnd_ifd, .le = 256});
  LONGS_EQUAL(0x9000, answer.sw);
  const auto checker = outside::EcPublicKey::create(outside::Curve::p521, point);
  CHECK_OK(checker);
  CHECK_OK(checker->verify_plain(*outside::hash(outside::HashAlgorithm::sha512, rnd_ifd), answer.data));
  LONGS_EQUAL(0x6700, bench.plain({.ins = 0x88, .data = Bytes(7), .le = 256}).sw);
  LONGS_EQUAL(0x6700, bench.plain({.ins = 0x88, .data = Bytes(9), .le = 256}).sw);
  LONGS_EQUAL(0x6700, bench.plain({.ins = 0x88, .data = rnd_ifd}).sw);
  LONGS_EQUAL(0x6700, bench.plain({.ins = 0x88, .data = rnd_ifd, .le = 131}).sw);  // it has 132
  LONGS_EQUAL(0x6A86, bench.plain({.ins = 0x88, .p2 = 1, .data = rnd_ifd, .le = 256}).sw);
}

TEST(ChipKeys, for_chip_authentication_are_made_on_every_curve_and_group) {
  for (unsigned domain = 0; domain <= 18; ++domain) {
    if (domain > 2 && domain < 8) continue;
    bench.use_blank();
    open = Channel::open(bench.wire(), cards::transport_keys());
    const Bytes oid = {static_cast<std::uint8_t>(domain <= 2 ? 1 : 2), 0x02};
    const auto order = terminal::tlv(0xA6, concat({"8101"_hex, Bytes{static_cast<std::uint8_t>(domain)}, "84010D"_hex,
                                                   "060A04007F0007020203"_hex, oid}));
    const auto key = generate(order, "A60384010D"_hex);
    if (domain <= 2) {
      LONGS_EQUAL(domain == 0 ? 128 : 256, inside(0x84, key).size());
    } else {
      CHECK_OK(outside::EcPublicKey::create(static_cast<outside::Curve>(domain - 8), inside(0x86, key)));
    }
  }
}

TEST(ChipKeys, are_different_each_time_and_the_last_one_stays) {
  const auto first = generate("A60F 81010D 060A04007F00070202030202"_hex, "A600"_hex);
  const auto second = generate("A60F 81010D 060A04007F00070202030202"_hex, "A600"_hex);
  CHECK(first != second);
  bench.reopen();
  open = Channel::open(bench.wire(), cards::transport_keys());
  CHECK_BYTES(terminal::tlv(0x7F49, second), ask({.ins = 0x47, .p1 = kRead, .data = "A600"_hex}).data);
}

TEST(ChipKeys, are_four_at_most) {
  for (unsigned id = 0; id < 4; ++id) {
    const auto name = static_cast<std::uint8_t>(id);
    expect(0x9000, {.ins = 0x47,
                    .p1 = kGenerate,
                    .data = concat({"A612 81010C 8401"_hex, Bytes{name}, "060A04007F00070202030201"_hex})});
  }
  expect(0x6A84, {.ins = 0x47, .p1 = kGenerate, .data = "A612 81010C 840104 060A04007F00070202030201"_hex});
  expect(0x9000, {.ins = 0x47, .p1 = kGenerate, .data = "A612 810102 840103 060A04007F00070202030104"_hex});
}

TEST(ChipKeys, that_nobody_can_ask_for_are_not_made) {
  for (const auto& order : {
           ""_hex,
           "B600"_hex,
           "A600"_hex,
           "B8038002040000"_hex,
           "B607 80020400 820103 00"_hex,                                        // a length that is not its own
           "B607 800203FF 820103"_hex,                                           // bits
           "B607 80021100 820103"_hex,                                           //
           "B607 80020401 820103"_hex,                                           //
           "B606 80010400 820103"_hex,                                           //
           "B607 80020400 820100"_hex,                                           // hashes
           "B607 80020400 820106"_hex,                                           //
           "B604 80020400"_hex,                                                  //
           "B606 810107 820103"_hex,                                             // domain parameters
           "B606 810113 820103"_hex,                                             //
           "B606 810102 820103"_hex,                                             // Diffie-Hellman does not sign
           "B606 81010C 820101"_hex,                                             // SHA-1 with ECDSA
           "B606 810108 820102"_hex,                                             // a hash longer than the key
           "B606 81010C 820104"_hex,                                             //
           "B609 80020400 820103 8000"_hex,                                      // something behind
           "A603 81010D"_hex,                                                    // no protocol
           "A60F 810103 060A04007F00070202030202"_hex,                           // domain parameters
           "A60F 81010D 060A04007F00070202030102"_hex,                           // DH with a curve
           "A60F 810102 060A04007F00070202030202"_hex,                           // ECDH with a group
           "A60F 81010D 060A04007F00070202030205"_hex,                           // an unknown cipher
           "A60F 81010D 060A04007F00070202040202"_hex,                           // PACE
           "A60E 81010D 060904007F000702020302"_hex,                             //
           "A612 81010D 840180 060A04007F00070202030202"_hex,                    // a key identifier
           "A612 060A04007F00070202030202 81010D 840101"_hex,                    // another order
           "A61B 81010D 060A04007F00070202030202 060A04007F00070202030202"_hex,  // twice
       }) {
    expect(0x6A80, {.ins = 0x47, .p1 = kGenerate, .data = order});
  }
  expect(0x6A86, {.ins = 0x47, .p1 = 0x82, .data = "B606 81010C 820103"_hex});
  expect(0x6A86, {.ins = 0x47, .p1 = kGenerate, .p2 = 1, .data = "B606 81010C 820103"_hex});
}

TEST(ChipKeys, that_are_not_there_have_no_public_half) {
  expect(0x6A88, {.ins = 0x47, .p1 = kRead, .data = "B600"_hex});
  expect(0x6A88, {.ins = 0x47, .p1 = kRead, .data = "A600"_hex});
  expect(0x9000, {.ins = 0x47, .p1 = kGenerate, .data = "A612 81010D 84010D 060A04007F00070202030202"_hex});
  expect(0x6A88, {.ins = 0x47, .p1 = kRead, .data = "A60384010E"_hex});
  expect(0x6B00, {.ins = 0x47, .p1 = kRead, .data = "A60384010D 54020046"_hex});
  for (const auto& data : {""_hex, "A7"_hex, "A70384010D"_hex, "A6048401"_hex, "A60384010D 540100"_hex,
                           "B603840101"_hex, "A6058402010D00"_hex, "A60384010D 54020000 00"_hex}) {
    expect(0x6A80, {.ins = 0x47, .p1 = kRead, .data = data});
  }
}

TEST(ChipKeys, are_not_made_any_more_on_a_personalized_card) {
  make_application();
  expect(0x9000, {.ins = 0x47, .p1 = kGenerate, .data = "B606 81010C 820103"_hex});
  expect(0x9000, {.ins = 0xF0, .p1 = 0x40, .p2 = 0x0F, .data = "A0000002471001"_hex});
  expect(0x6985, {.ins = 0x47, .p1 = kGenerate, .data = "B606 81010C 820103"_hex});
  expect(0x9000, {.ins = 0x47, .p1 = kRead, .data = "B600"_hex});  // public is public
}

TEST(ChipKeys, for_the_mapping_let_such_a_card_be_personalized) {
  make_application();
  expect(0x9000, {.ins = 0xDA, .p2 = 0x64, .data = "800A04007F00070202040602 84010D"_hex});
  expect(0x9000, {.ins = 0xDA, .p2 = 0x63, .data = "830102 8006303030303139"_hex});
  const Command personalized{.ins = 0xF0, .p1 = 0x40, .p2 = 0x0F, .data = "A0000002471001"_hex};
  expect(0x6985, personalized);
  expect(0x9000, {.ins = 0x47, .p1 = kGenerate, .data = "A612 81010C 84010E 060A04007F00070202030202"_hex});
  expect(0x6985, personalized);  // of another name
  expect(0x9000, {.ins = 0x47, .p1 = kGenerate, .data = "A612 81010D 84010D 060A04007F00070202030202"_hex});
  expect(0x9000, personalized);
}

TEST(ChipKeys, outlive_a_power_cut_whole_or_not_at_all) {
  // The record of the key is the last write; whatever part of it is there, the card opens without the key or with it.
  expect(0x9000, {.ins = 0xDA, .p2 = 0x63, .data = "830102 8006303030303139"_hex});
  const auto before = bench.memory();
  expect(0x9000, {.ins = 0x47, .p1 = kGenerate, .data = "B606 81010D 820103"_hex});
  const auto after = bench.memory();
  ReplayRng rng{1};
  const FixedClock clock{Instant{}};
  for (std::size_t size = before.size(); size <= after.size(); ++size) {
    auto cell = std::make_shared<Bytes>(after.begin(), after.begin() + static_cast<std::ptrdiff_t>(size));
    auto card = kernel::Card::open({rng, clock}, std::make_unique<nvm::MemoryStorage>(cell));
    CHECK_OK(card);
    (*card)->power_on();
    const auto wire = [&](ByteView command) { return (*card)->process(command); };
    auto channel = Channel::open(wire, cards::transport_keys());
    const auto sw = channel.transmit(wire, {.ins = 0x47, .p1 = kRead, .data = "B600"_hex}).sw;
    LONGS_EQUAL(size == after.size() ? 0x9000 : 0x6A88, sw);
  }
}

TEST(ChipKeys, stay_behind_when_the_memory_is_read) {
  // Nothing that the card answers holds the private half: the test knows it from the memory.
  const auto before = bench.memory().size();
  const auto answer = ask({.ins = 0x47, .p1 = kGenerate, .data = "B606 81010C 820103"_hex}).data;
  const auto memory = bench.memory();
  const auto record = ByteView{memory}.subspan(before);
  // Kind, hash, kind of key, curve, length of the scalar.
  const auto head = "0B0202040020"_hex;
  const auto at = std::search(record.begin(), record.end(), head.begin(), head.end());
  CHECK(at != record.end());
  const auto scalar = record.subspan(static_cast<std::size_t>(at - record.begin()) + head.size(), 32);
  const auto key = outside::EcPrivateKey::create(outside::Curve::p256, scalar);
  CHECK_OK(key);
  CHECK_BYTES(inside(0x86, inside(0x7F49, answer)), key->public_point());
  CHECK(std::search(answer.begin(), answer.end(), scalar.begin(), scalar.end()) == answer.end());
}

TEST_GROUP_BASE(TrustPoints, TEST_GROUP_CppUTestGroupChipKeys) {
  const Party first{"VNCVCA00001", verifiable::Curve::brainpool_p256r1};
  const Party second{"VNCVCA00002", 2048, 0x14};
  [[nodiscard]] Bytes root(const Party& party) const {
    return verifiable::whole(certificate(party, party, 0xC3, "260101", "281231"));
  }
};

TEST(TrustPoints, come_in_blocks_and_fill_ef_cvca) {
  name_cvca_file();
  LONGS_EQUAL(0x9000, store(root(first)));
  LONGS_EQUAL(0x9000, store(root(second)));
  LONGS_EQUAL(0x9000, store(root(second)));  // again: it takes its own place
  CHECK_BYTES(concat({terminal::tlv(0x42, second.name()), terminal::tlv(0x42, first.name()), Bytes(10)}), ef_cvca());
}

TEST(TrustPoints, are_two_at_most) {
  name_cvca_file();
  LONGS_EQUAL(0x9000, store(root(first)));
  LONGS_EQUAL(0x9000, store(root(second)));
  const auto before = bench.memory();
  LONGS_EQUAL(0x6A84, store(root(first.named("VNCVCA00003"))));
  CHECK_BYTES(before, bench.memory());
}

TEST(TrustPoints, may_be_a_link_certificate) {
  name_cvca_file();
  LONGS_EQUAL(0x9000, store(verifiable::whole(certificate(first, second, 0xC3, "260101", "281231"))));
  CHECK_BYTES(concat({terminal::tlv(0x42, second.name()), Bytes(23)}), ef_cvca());
}

TEST(TrustPoints, that_are_none_are_refused) {
  name_cvca_file();
  const auto good = root(first);
  auto forged = good;
  forged.back() ^= 1U;
  const auto without_curve = [&] {
    auto draft = verifiable::draft(first, first, 0xC3, "260101", "281231");
    Bytes objects;
    for (const auto& object : first.key_objects(false)) append(objects, object);
    draft.public_key = terminal::tlv(0x7F49, objects);
    return verifiable::whole(verifiable::seal(first, draft));
  }();
  const auto before = bench.memory();
  for (const auto& octets :
       {forged, without_curve, verifiable::whole(certificate(first, second, 0x83, "260101", "281231")),
        verifiable::whole(certificate(first, first, 0xC3, "281231", "260101")), to_bytes(ByteView{good}.subspan(5)),
        concat({good, "00"_hex}), "00"_hex}) {
    LONGS_EQUAL(0x6A80, store(octets));
  }
  CHECK_BYTES(before, bench.memory());
}

TEST(TrustPoints, need_ef_cvca_first_and_it_stays_where_it_is) {
  make_application();
  LONGS_EQUAL(0x6985, store(root(first)));
  expect(0x9000, {.ins = 0xDA, .p2 = 0x65, .data = "8302011C 5F2506020600030001"_hex});
  expect(0x9000, {.ins = 0xE0, .data = cards::fcp_ef(0x011B, 36, 0x1B, 0x00)});
  expect(0x9000, {.ins = 0xDA, .p2 = 0x65, .data = "8302011B 5F2506020600030001 800A4C383938393031433336"_hex});
  LONGS_EQUAL(0x9000, store(root(first)));
  expect(0x6985, {.ins = 0xDA, .p2 = 0x65, .data = "8302011C 5F2506020600030001"_hex});
}

TEST(TrustPoints, come_block_by_block_or_not_at_all) {
  name_cvca_file();
  const auto commands = blocks(root(first), 100);
  CHECK(commands.size() > 3);
  const auto number = [](Command command, std::uint8_t n) {
    command.p2 = n;
    return command;
  };
  expect(0x9000, commands[0]);
  expect(0x6985, commands[2]);  // one is missing
  expect(0x9000, commands[1]);
  expect(0x6985, commands[1]);             // twice
  expect(0x6985, number(commands[2], 3));  // another number
  expect(0x9000, commands[0]);             // from the beginning
  expect(0x6985, commands[2]);
  for (std::size_t i = 1; i < commands.size(); ++i) expect(0x9000, commands[i]);
  expect(0x6985, commands[1]);  // nothing is left of it
  expect(0x6A86, {.ins = 0xE2, .p1 = 0x40, .data = "00"_hex});
  expect(0x6700, {.ins = 0xE2, .p1 = 0x80});
  // More than any certificate has.
  for (std::uint8_t i = 0; i < 10; ++i) expect(0x9000, {.ins = 0xE2, .p2 = i, .data = Bytes(200)});
  expect(0x6A84, {.ins = 0xE2, .p2 = 10, .data = Bytes(200)});
}

TEST(TrustPoints, do_not_wait_longer_than_the_channel) {
  name_cvca_file();
  const auto commands = blocks(root(first));
  expect(0x9000, commands[0]);
  open = Channel::open(bench.wire(), cards::transport_keys());
  expect(0x6985, commands[1]);
}

TEST(TrustPoints, change_together_with_ef_cvca_whenever_the_power_goes) {
  name_cvca_file();
  LONGS_EQUAL(0x9000, store(root(first)));
  const auto before = bench.memory();
  LONGS_EQUAL(0x9000, store(root(second)));
  const auto after = bench.memory();
  for (std::size_t size = before.size(); size <= after.size(); ++size) {
    auto cell = std::make_shared<Bytes>(after.begin(), after.begin() + static_cast<std::ptrdiff_t>(size));
    applet::CardState state;
    CHECK_OK(nvm::Journal::open(std::make_unique<nvm::MemoryStorage>(cell), [&](ByteView record) -> Result<void> {
      CICADA_TRY(const auto changes, applet::decode(record));
      for (const auto& change : changes) CICADA_CHECK(state.apply(change));
      return {};
    }));
    const bool whole = size == after.size();
    LONGS_EQUAL(whole ? 2 : 1, state.trust_points.size());
    const auto& newest = whole ? second : first;
    CHECK_BYTES(newest.name(), state.trust_points.front().holder);
    CHECK_BYTES(terminal::tlv(0x42, newest.name()), ByteView{state.files.ef(*state.cvca_file)->content}.first(13));
  }
}
