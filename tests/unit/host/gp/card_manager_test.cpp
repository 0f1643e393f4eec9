#include "cicada/host/gp/card_manager.h"

#include <deque>

#include "cicada/asn1/tlv.h"
#include "cicada/base/hex.h"
#include "tiny_cap.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using base::Bytes;
using base::ByteView;
using base::Fault;
using crypto::openssl::HashAlgorithm;
using host::gp::Aid;
using host::gp::CardManager;
using host::gp::KeyType;
using host::gp::Part;
using host::iso7816::CommandApdu;
using host::iso7816::ResponseApdu;

namespace {

/// A channel that carries everything in the clear; "encrypted" octets are turned over. With no answers left: 9000.
class PlainChannel final : public host::gp::SecureChannel {
 public:
  std::deque<ResponseApdu> answers;
  std::vector<CommandApdu> commands;
  std::size_t most = 239;
  host::gp::CardIdentity identity;

  base::Result<ResponseApdu> transmit(const CommandApdu& command) override {
    commands.push_back(command);
    if (command.data.size() > most) return base::fail({.fault = Fault::bad_input, .what = "too much"});
    if (answers.empty()) return ResponseApdu{.data = {}, .sw = 0x9000};
    auto answer = answers.front();
    answers.pop_front();
    return answer;
  }
  bool alive() const noexcept override { return true; }
  std::size_t max_command_data() const noexcept override { return most; }
  std::uint8_t security_level() const noexcept override { return 0x33; }
  const host::gp::CardIdentity& card() const noexcept override { return identity; }
  base::Result<Bytes> encrypt_key(ByteView key) const override {
    Bytes padded((key.size() + 15) / 16 * 16);
    std::ranges::copy(key, padded.begin());
    for (auto& octet : padded) octet ^= 0xFF;
    return padded;
  }
  base::Result<Bytes> encrypt_data(ByteView data) const override { return encrypt_key(data); }
};

Aid aid(std::string_view text) {
  return Aid::from_text(text).value();
}

Bytes apdu(const CommandApdu& command) {
  return command.encode().value();
}

host::gp::StaticKeys keys_of(std::size_t size) {
  Bytes octets(size);
  for (std::size_t i = 0; i < size; ++i) octets[i] = static_cast<std::uint8_t>(0x40 + i);
  return {.k_enc = host::gp::KEnc::copy_of(octets).value(),
          .k_mac = host::gp::KMac::copy_of(octets).value(),
          .k_dek = host::gp::KDek::copy_of(octets).value()};
}

}  // namespace

TEST_GROUP(CardManager) {
  PlainChannel channel;
  CardManager manager{channel};

  void answer(ByteView data, std::uint16_t sw = 0x9000) {
    channel.answers.push_back({.data = base::to_bytes(data), .sw = sw});
  }
};

TEST(CardManager, asks_for_a_part_of_the_registry_with_tags) {
  answer("E3134F08A0000001510000009F70010FC5039EFE80"_hex);
  const auto entries = manager.registry(Part::issuer_security_domain);
  CHECK_OK(entries);
  CHECK_BYTES("80F28002024F0000"_hex, apdu(channel.commands.at(0)));
  LONGS_EQUAL(1, entries->size());
  CHECK(aid("A000000151000000") == entries->at(0).aid);
  LONGS_EQUAL(0x0F, entries->at(0).life_cycle);
  LONGS_EQUAL(0x9EFE80, entries->at(0).privileges);
}

TEST(CardManager, follows_6310_until_the_end_also_across_the_middle_of_an_entry) {
  const auto whole = "E30E4F05F0000000019F70010FC50100E30E4F05F0000000029F700103C50100"_hex;
  for (std::size_t cut = 1; cut < whole.size(); ++cut) {
    answer(ByteView{whole}.first(cut), 0x6310);
    answer(ByteView{whole}.subspan(cut));
    const auto entries = manager.registry(Part::applications);
    CHECK_OK(entries);
    LONGS_EQUAL(2, entries->size());
    CHECK_BYTES("80F24003024F0000"_hex, apdu(channel.commands.back()));
  }
}

TEST(CardManager, does_not_follow_a_registry_without_end) {
  for (std::size_t i = 0; i < 1000; ++i) answer("E3074F05F000000001"_hex, 0x6310);
  CHECK_FAULT(Fault::limit, manager.registry(Part::applications));
  LONGS_EQUAL(host::gp::kMaxStatusRounds, channel.commands.size());
}

TEST(CardManager, takes_nothing_found_for_an_empty_list_and_nothing_else) {
  answer({}, 0x6A88);
  CHECK_EQUAL(std::size_t{0}, manager.registry(Part::applications).value().size());
  answer({}, 0x6985);
  const auto refused = manager.registry(Part::applications);
  CHECK_FAULT(Fault::card_status, refused);
  LONGS_EQUAL(0x6985, refused.error().sw);
}

TEST(CardManager, asks_for_load_files_alone_where_modules_are_not_told) {
  answer({}, 0x6A86);
  answer("E30B4F05F0000000019F700101"_hex);
  const auto entries = manager.registry(Part::load_files_and_modules);
  CHECK_OK(entries);
  LONGS_EQUAL(1, entries->size());
  LONGS_EQUAL(0x10, channel.commands.at(0).p1);
  LONGS_EQUAL(0x20, channel.commands.at(1).p1);
}

TEST(CardManager, loads_a_file_in_numbered_blocks_of_which_the_last_is_marked) {
  const auto file = host::gp::parse_cap(test::zipped(test::tiny_cap_parts())).value();
  std::size_t told = 0;
  CHECK_OK(manager.load(file, aid("A000000151000000"), HashAlgorithm::sha256,
                        [&](std::size_t sent, std::size_t) { told = sent; }));
  const auto block = host::gp::load_file_data_block(file);
  LONGS_EQUAL(block.size(), told);
  const auto hash = host::gp::load_file_hash(file).value();
  CHECK_BYTES(base::concat({"80E602003508F04349434144010208A00000015100000020"_hex, hash, "000000"_hex}),
              apdu(channel.commands.at(0)));
  Bytes sent;
  for (std::size_t i = 1; i < channel.commands.size(); ++i) {
    const auto& command = channel.commands[i];
    LONGS_EQUAL(0xE8, command.ins);
    LONGS_EQUAL(i + 1 == channel.commands.size() ? 0x80 : 0x00, command.p1);
    LONGS_EQUAL(i - 1, command.p2);
    CHECK(command.data.size() == 239 || i + 1 == channel.commands.size());
    base::append(sent, command.data);
  }
  CHECK_BYTES(block, sent);
}

TEST(CardManager, loads_as_many_blocks_as_can_be_counted_and_not_one_more) {
  host::gp::LoadFile file{.package = aid("F000000001"), .applets = {}, .code = Bytes(239UL * 256 - 4)};
  CHECK_OK(manager.load(file));
  LONGS_EQUAL(1 + 256, channel.commands.size());
  LONGS_EQUAL(0xFF, channel.commands.back().p2);
  file.code.push_back(0);
  channel.commands.clear();
  CHECK_FAULT(Fault::limit, manager.load(file));
  LONGS_EQUAL(0, channel.commands.size());
}

TEST(CardManager, stops_loading_at_the_first_refusal) {
  const auto file = host::gp::parse_cap(test::zipped(test::tiny_cap_parts())).value();
  answer("00"_hex);
  answer({});
  answer({}, 0x6A84);
  const auto loaded = manager.load(file);
  CHECK_FAULT(Fault::card_status, loaded);
  STRCMP_CONTAINS("no memory", loaded.error().describe().c_str());
  LONGS_EQUAL(3, channel.commands.size());
}

TEST(CardManager, installs_and_makes_selectable) {
  CHECK_OK(manager.install({.load_file = aid("F043494341440102"),
                            .module = aid("F04349434144010201"),
                            .instance = aid("A0000002471001"),
                            .privileges = 0x040000,
                            .parameters = "0102"_hex}));
  CHECK_BYTES("80E60C00 23 08F043494341440102 09F04349434144010201 07A0000002471001 0104 04C9020102 00 00"_hex,
              apdu(channel.commands.at(0)));
  CHECK_OK(manager.install({.load_file = aid("F043494341440102"),
                            .module = aid("F04349434144010201"),
                            .instance = aid("A0000002471001"),
                            .privileges = 0x800001,
                            .parameters = {}}));
  CHECK_BYTES("80E60C00 23 08F043494341440102 09F04349434144010201 07A0000002471001 03800001 02C900 00 00"_hex,
              apdu(channel.commands.at(1)));
  CHECK_FAULT(Fault::limit, manager.install({.load_file = aid("F043494341440102"),
                                             .module = aid("F04349434144010201"),
                                             .instance = aid("A0000002471001"),
                                             .privileges = 0,
                                             .parameters = Bytes(254)}));
}

TEST(CardManager, deletes_with_and_without_what_was_made_of_it) {
  CHECK_OK(manager.remove(aid("F043494341440102"), true));
  CHECK_OK(manager.remove(aid("A0000002471001")));
  CHECK_BYTES("80E400800A4F08F04349434144010200"_hex, apdu(channel.commands.at(0)));
  CHECK_BYTES("80E40000094F07A000000247100100"_hex, apdu(channel.commands.at(1)));
  answer({}, 0x6985);
  const auto refused = manager.remove(aid("F043494341440102"));
  STRCMP_CONTAINS("something on the card depends on it", refused.error().describe().c_str());
  CHECK_TRUE(refused.error().fault == Fault::card_status);
  answer({}, 0x6A88);
  CHECK_FAULT(Fault::not_found, manager.remove(aid("F043494341440102")));  // as with a lock
}

TEST(CardManager, puts_three_aes_keys_with_their_length_and_check_value) {
  for (const std::size_t size : {16UL, 24UL, 32UL}) {
    const auto keys = keys_of(size);
    const auto check = host::gp::key_check_value(KeyType::aes, keys.k_enc.expose()).value();
    answer(base::concat({"30"_hex, check, check, check}));
    CHECK_OK(manager.put_keys(keys, KeyType::aes, 0x30, 0x2F));
    const auto& command = channel.commands.back();
    LONGS_EQUAL(0xD8, command.ins);
    LONGS_EQUAL(0x2F, command.p1);
    LONGS_EQUAL(0x81, command.p2);
    const auto encrypted = channel.encrypt_key(keys.k_enc.expose()).value();
    const auto field =
        base::concat({Bytes{0x88, static_cast<std::uint8_t>(encrypted.size() + 1), static_cast<std::uint8_t>(size)},
                      encrypted, "03"_hex, check});
    CHECK_BYTES(base::concat({"30"_hex, field, field, field}), command.data);
    CHECK(std::ranges::search(command.data, keys.k_enc.expose()).empty());
  }
}

TEST(CardManager, puts_three_3des_keys) {
  const auto keys = keys_of(16);
  answer("208BAF478BAF478BAF47"_hex);
  CHECK_OK(manager.put_keys(keys, KeyType::tdes, 0x20));
  const auto field = base::concat({"8010"_hex, channel.encrypt_key(keys.k_enc.expose()).value(), "038BAF47"_hex});
  CHECK_BYTES(base::concat({"20"_hex, field, field, field}), channel.commands.back().data);
  LONGS_EQUAL(0x00, channel.commands.back().p1);
}

TEST(CardManager, does_not_believe_a_card_that_took_other_keys) {
  answer("208BAF478BAF478BAF46"_hex);
  CHECK_FAULT(Fault::security, manager.put_keys(keys_of(16), KeyType::tdes, 0x20));
  answer("218BAF478BAF478BAF47"_hex);
  CHECK_FAULT(Fault::security, manager.put_keys(keys_of(16), KeyType::tdes, 0x20));
  answer("20"_hex);
  CHECK_FAULT(Fault::malformed, manager.put_keys(keys_of(16), KeyType::tdes, 0x20));
}

TEST(CardManager, sends_no_keys_of_a_version_or_size_that_does_not_exist) {
  CHECK_FAULT(Fault::bad_input, manager.put_keys(keys_of(16), KeyType::aes, 0x00));
  CHECK_FAULT(Fault::bad_input, manager.put_keys(keys_of(16), KeyType::aes, 0x80));
  CHECK_FAULT(Fault::bad_input, manager.put_keys(keys_of(16), KeyType::aes, 0x30, 0x80));
  CHECK_FAULT(Fault::bad_input, manager.put_keys(keys_of(24), KeyType::tdes, 0x30));
  LONGS_EQUAL(0, channel.commands.size());
}

TEST(CardManager, locks_an_application_and_gives_it_its_state_back) {
  answer("E30E4F05F0000000029F70010FC50100"_hex);
  CHECK_OK(manager.lock_application(aid("F000000002"), true));
  CHECK_BYTES("80F0408F05F00000000200"_hex, apdu(channel.commands.back()));
  answer("E30E4F05F0000000029F70018FC50100"_hex);
  CHECK_OK(manager.lock_application(aid("F000000002"), false));
  CHECK_BYTES("80F0400F05F00000000200"_hex, apdu(channel.commands.back()));
  const auto before = channel.commands.size();
  answer("E30E4F05F0000000029F70010FC50100"_hex);
  CHECK_FAULT(Fault::conflict, manager.lock_application(aid("F000000002"), false));
  answer("E30E4F05F0000000029F70010FC50100"_hex);
  CHECK_FAULT(Fault::not_found, manager.lock_application(aid("F000000003"), true));
  LONGS_EQUAL(before + 2, channel.commands.size());  // only the questions
}

TEST(CardManager, terminates_a_card_only_when_that_was_asked_for_by_name) {
  CHECK_FAULT(Fault::bad_input, manager.set_card_state(host::gp::CardState::terminated));
  LONGS_EQUAL(0, channel.commands.size());
  CHECK_OK(manager.set_card_state(host::gp::CardState::terminated, true));
  CHECK_BYTES("80F080FF00"_hex, apdu(channel.commands.at(0)));
  CHECK_OK(manager.set_card_state(host::gp::CardState::locked));
  CHECK_BYTES("80F0807F00"_hex, apdu(channel.commands.at(1)));
}

TEST(CardManager, stores_data_groupings_for_an_application) {
  CHECK_OK(manager.begin_personalization(aid("A0000002471001")));
  CHECK_BYTES("80E62000 0D 00 00 07A0000002471001 00 00 00 00"_hex, apdu(channel.commands.at(0)));
  const std::vector<host::gp::DataGrouping> groupings{
      {.dgi = 0x0062, .value = "AABB"_hex},
      {.dgi = 0x0064, .value = "CC"_hex},
      {.dgi = 0x8062, .value = "0102"_hex, .sensitive = true},
      {.dgi = 0x00D6, .value = Bytes(300, 0x5A)},
  };
  CHECK_OK(manager.store_data(groupings));
  LONGS_EQUAL(1 + 4, channel.commands.size());
  CHECK_BYTES("80E20800 09 006202AABB 006401CC 00"_hex, apdu(channel.commands.at(1)));
  CHECK_BYTES("80E26801 13 806210 FEFD7FFFFFFFFFFFFFFFFFFFFFFFFFFF 00"_hex, apdu(channel.commands.at(2)));
  LONGS_EQUAL(0x08, channel.commands.at(3).p1);
  LONGS_EQUAL(0x88, channel.commands.at(4).p1);
  LONGS_EQUAL(0x03, channel.commands.at(4).p2);
  CHECK_BYTES(base::concat({"00D6FF012C"_hex, Bytes(300, 0x5A)}),
              base::concat({channel.commands.at(3).data, channel.commands.at(4).data}));
}

TEST(CardManager, announces_a_file_with_the_hash_that_its_card_knows) {
  const auto file = host::gp::parse_cap(test::zipped(test::tiny_cap_parts())).value();
  for (const auto& [with, size] : {std::pair{HashAlgorithm::sha1, 20}, std::pair{HashAlgorithm::sha512, 64}}) {
    channel.commands.clear();
    CHECK_OK(manager.load(file, {}, with));
    const auto hash = crypto::openssl::hash(with, file.code).value();
    CHECK_BYTES(base::concat({"08F04349434144010200"_hex, Bytes{static_cast<std::uint8_t>(size)}, hash, "0000"_hex}),
                channel.commands.at(0).data);
  }
}

TEST(CardManager, reads_data_groupings_back_from_their_octets) {
  const auto octets = base::concat({"006202AABB"_hex, "9F0000"_hex, "00D6FF012C"_hex, Bytes(300, 0x5A)});
  const auto read = host::gp::parse_groupings(octets);
  CHECK_OK(read);
  LONGS_EQUAL(3, read->size());
  Bytes again;
  for (const auto& one : *read) base::append(again, host::gp::encode_grouping(one.dgi, one.value).value());
  CHECK_BYTES(octets, again);
  for (std::size_t size = 1; size < octets.size(); ++size) {
    if (size != 5 && size != 8) CHECK(!host::gp::parse_groupings(base::ByteView{octets}.first(size)).has_value());
  }
  Bytes many;
  for (std::size_t i = 0; i <= host::gp::kMaxGroupings; ++i) base::append(many, "9F0000"_hex);
  CHECK_FAULT(Fault::limit, host::gp::parse_groupings(many));
}

TEST(CardManager, stops_storing_at_the_first_refusal) {
  answer({}, 0x6A80);
  const std::vector<host::gp::DataGrouping> groupings{{.dgi = 1, .value = Bytes(239)}, {.dgi = 2, .value = Bytes(9)}};
  CHECK_FAULT(Fault::card_status, manager.store_data(groupings));
  LONGS_EQUAL(1, channel.commands.size());
  CHECK_FAULT(Fault::bad_input, manager.store_data({}));
  CHECK_FAULT(Fault::limit, host::gp::encode_grouping(1, Bytes(65536)));
}
