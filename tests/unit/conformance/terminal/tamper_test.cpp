// Every word of tampering, looked at by a decoder that is not the terminal's, and held against the MAC that it
// computes.
#include <set>

#include "cicada/conformance/terminal/session.h"
#include "decoder.h"
#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::test;
using cicada::conformance::model::all_tampers;
using cicada::conformance::model::Tamper;
using cicada::conformance::terminal::KeyKind;
using cicada::conformance::terminal::Session;
using cicada::host::iso7816::CommandApdu;
using enum Tamper;

namespace {

const Bytes kEnc(16, 0x31);
const Bytes kMac(16, 0x57);
const CommandApdu kWrite{.ins = 0xD6, .p1 = 0x01, .p2 = 0x02, .data = {1, 2, 3, 4, 5}, .ne = 9};
const CommandApdu kWriteOdd{.ins = 0xD7, .p1 = 0x01, .p2 = 0x02, .data = {1, 2, 3, 4, 5}, .ne = 9};
const CommandApdu kRead{.ins = 0xB0, .ne = 4};
const CommandApdu kSelect{.ins = 0xA4, .p1 = 0x02, .p2 = 0x0C, .data = {1, 2}};

}  // namespace

TEST_GROUP(Tampering) {
  ChipSide chip{.aes = false, .enc = kEnc, .mac = kMac, .ssc = Bytes(8, 0x10)};
  Session session =
      Session::create(KeyKind::tdes, SecretBytes::copy_of(kEnc), SecretBytes::copy_of(kMac), chip.ssc).value();

  Bytes apdu(const CommandApdu& command, std::initializer_list<Tamper> tampers) {
    const auto wrapped = session.wrap(command, std::vector<Tamper>{tampers});
    CHECK_OK(wrapped);
    return *wrapped;
  }
  Decoded bent(const CommandApdu& command, std::initializer_list<Tamper> tampers, std::size_t le = 1) {
    chip.count();
    return decode(apdu(command, tampers), le);
  }
  /// What is sent has the MAC that belongs to it.
  void check_sound(const Decoded& seen) {
    CHECK(chip.accepts(seen));
    LONGS_EQUAL(0x8E, seen.tags().back());
  }
  /// All but the named part is as it would be without tampering.
  static std::size_t size_of(const Decoded& seen) {
    std::size_t size = 0;
    for (const auto& object : seen.objects) size += 2 + object.value.size();
    return size;
  }
};

TEST(Tampering, none_is_what_a_chip_accepts) {
  const auto seen = bent(kWrite, {});
  check_sound(seen);
  CHECK_BYTES("0CD60102"_hex, seen.header);
  CHECK_BYTES("87978E"_hex, seen.tags());
  CHECK_BYTES("0102030405800000"_hex, chip.decrypt(ByteView{seen.find(0x87)->value}.subspan(1)));
  CHECK_BYTES("09"_hex, seen.find(0x97)->value);
  CHECK_BYTES("00"_hex, seen.le);
  LONGS_EQUAL(size_of(seen), seen.lc);
}

TEST(Tampering, drop_cryptogram_leaves_the_data_out) {
  const auto seen = bent(kWrite, {drop_cryptogram});
  check_sound(seen);
  CHECK_BYTES("978E"_hex, seen.tags());
}

TEST(Tampering, drop_le_leaves_the_expected_length_out) {
  const auto seen = bent(kWrite, {drop_le});
  check_sound(seen);
  CHECK_BYTES("878E"_hex, seen.tags());
  CHECK_BYTES("00"_hex, seen.le);
}

TEST(Tampering, wrong_padding_ends_the_data_with_zeros_only) {
  const auto seen = bent(kWrite, {wrong_padding});
  check_sound(seen);
  CHECK_BYTES("0102030405000000"_hex, chip.decrypt(ByteView{seen.find(0x87)->value}.subspan(1)));
  const CommandApdu whole{.ins = 0xD6, .data = Bytes(8, 0xFF)};
  CHECK_BYTES("FFFFFFFFFFFFFFFF0000000000000000"_hex,
              chip.decrypt(ByteView{bent(whole, {wrong_padding}).find(0x87)->value}.subspan(1)));
}

TEST(Tampering, wrong_padding_indicator_says_02) {
  const auto seen = bent(kWrite, {wrong_padding_indicator});
  check_sound(seen);
  LONGS_EQUAL(0x02, seen.find(0x87)->value[0]);
  LONGS_EQUAL(9, seen.find(0x87)->value.size());
}

TEST(Tampering, wrong_cryptogram_tag_takes_the_object_of_the_other_instructions) {
  auto seen = bent(kWrite, {wrong_cryptogram_tag});
  check_sound(seen);
  CHECK_BYTES("85978E"_hex, seen.tags());
  CHECK_BYTES("0102030405800000"_hex, chip.decrypt(seen.find(0x85)->value));
  seen = bent(kWriteOdd, {wrong_cryptogram_tag});
  check_sound(seen);
  CHECK_BYTES("87978E"_hex, seen.tags());
  LONGS_EQUAL(0x01, seen.find(0x87)->value[0]);
}

TEST(Tampering, empty_cryptogram_has_the_indicator_only) {
  auto seen = bent(kWrite, {empty_cryptogram});
  check_sound(seen);
  CHECK_BYTES("01"_hex, seen.find(0x87)->value);
  seen = bent(kWriteOdd, {empty_cryptogram});
  check_sound(seen);
  CHECK_BYTES(""_hex, seen.find(0x85)->value);
}

TEST(Tampering, duplicate_le_says_the_expected_length_twice) {
  const auto seen = bent(kWrite, {duplicate_le});
  check_sound(seen);
  CHECK_BYTES("8797978E"_hex, seen.tags());
  CHECK_BYTES(seen.objects[1].value, seen.objects[2].value);
}

TEST(Tampering, unknown_object_stands_in_front) {
  const auto seen = bent(kWrite, {unknown_object});
  check_sound(seen);
  CHECK_BYTES("8087978E"_hex, seen.tags());
  LONGS_EQUAL(1, seen.objects[0].value.size());
}

TEST(Tampering, stale_ssc_uses_the_counter_of_the_command_before) {
  CHECK(chip.accepts(decode(apdu(kRead, {stale_ssc}), 1)));  // the chip's counter does not move either
  chip.count();
  check_sound(decode(apdu(kRead, {}), 1));
}

TEST(Tampering, skip_ssc_uses_the_counter_after_the_next) {
  chip.count(2);
  check_sound(decode(apdu(kRead, {skip_ssc}), 1));
  chip.count();
  check_sound(decode(apdu(kRead, {}), 1));
}

TEST(Tampering, class_8c_is_authenticated_as_it_stands) {
  const auto seen = bent(kWrite, {class_8c});
  check_sound(seen);
  LONGS_EQUAL(0x8C, seen.header[0]);
}

TEST(Tampering, drop_mac_leaves_the_MAC_out) {
  CHECK_BYTES("8797"_hex, bent(kWrite, {drop_mac}).tags());
  // 9303-11 D.4: READ BINARY of C_17.
  CHECK_BYTES("0CB0000003970104 00"_hex, apdu(kRead, {drop_mac}));
}

TEST(Tampering, drop_mac_of_a_command_with_nothing_else_leaves_no_data_field) {
  CHECK_BYTES("0C44000000"_hex, apdu({.ins = 0x44}, {drop_mac}));
}

TEST(Tampering, flip_mac_changes_one_bit_of_it) {
  auto seen = bent(kWrite, {flip_mac});
  CHECK(!chip.accepts(seen));
  seen.objects.back().value.back() ^= 1U;
  check_sound(seen);
}

TEST(Tampering, short_mac_has_seven_octets) {
  auto seen = bent(kWrite, {short_mac});
  LONGS_EQUAL(7, seen.find(0x8E)->value.size());
  LONGS_EQUAL(size_of(seen), seen.lc);
  const auto whole = chip.mac_of(seen.header, seen.objects);
  CHECK_BYTES(ByteView{whole}.first(7), seen.find(0x8E)->value);
}

TEST(Tampering, flip_cryptogram_changes_one_bit_under_a_MAC_that_knows_nothing_of_it) {
  auto seen = bent(kWrite, {flip_cryptogram});
  CHECK(!chip.accepts(seen));
  seen.objects.front().value.back() ^= 1U;
  check_sound(seen);
  seen = bent(kWriteOdd, {flip_cryptogram});
  seen.objects.front().value.back() ^= 1U;
  check_sound(seen);
}

TEST(Tampering, mac_first_moves_a_right_MAC_to_the_front) {
  const auto seen = bent(kWrite, {mac_first});
  CHECK_BYTES("8E8797"_hex, seen.tags());
  CHECK(chip.accepts(seen));  // over the others in their order
}

TEST(Tampering, truncate_lc_and_extend_lc_lie_by_one) {
  auto seen = bent(kWrite, {truncate_lc});
  check_sound(seen);
  LONGS_EQUAL(size_of(seen) - 1, seen.lc);
  seen = bent(kWrite, {extend_lc});
  check_sound(seen);
  LONGS_EQUAL(size_of(seen) + 1, seen.lc);
}

TEST(Tampering, of_Lc_works_with_extended_length_too) {
  const CommandApdu large{.ins = 0xD6, .data = Bytes(300), .ne = 9};
  const auto size = bent(large, {}, 2).lc;
  LONGS_EQUAL(size - 1, bent(large, {truncate_lc}, 2).lc);
  LONGS_EQUAL(size + 1, bent(large, {extend_lc}, 2).lc);
}

TEST(Tampering, no_outer_le_ends_with_the_data_field) {
  const auto seen = bent(kWrite, {no_outer_le}, 0);
  check_sound(seen);
  CHECK_BYTES(""_hex, seen.le);
}

TEST(Tampering, class_00_shows_a_protected_data_field_as_a_plain_one) {
  auto seen = bent(kWrite, {class_00});
  LONGS_EQUAL(0x00, seen.header[0]);
  seen.header[0] = 0x0C;
  check_sound(seen);
}

TEST(Tampering, broken_chain_says_that_more_will_come) {
  auto seen = bent(kWrite, {broken_chain});
  LONGS_EQUAL(0x1C, seen.header[0]);
  seen.header[0] = 0x0C;
  check_sound(seen);
}

TEST(Tampering, of_several_kinds_adds_up) {
  chip.count();
  const auto seen = bent(kWrite, {unknown_object, skip_ssc, drop_le, flip_mac, no_outer_le}, 0);
  CHECK_BYTES("80878E"_hex, seen.tags());
  CHECK(!chip.accepts(seen));
}

TEST(Tampering, with_nothing_to_change_is_refused_and_leaves_the_counter) {
  for (const auto tamper : {drop_cryptogram, wrong_padding, wrong_padding_indicator, wrong_cryptogram_tag,
                            empty_cryptogram, flip_cryptogram}) {
    CHECK_FAULT(Fault::bad_input, session.wrap(kRead, std::vector{tamper}));
  }
  for (const auto tamper : {drop_le, duplicate_le}) {
    CHECK_FAULT(Fault::bad_input, session.wrap(kSelect, std::vector{tamper}));
  }
  CHECK_FAULT(Fault::bad_input, session.wrap(kWriteOdd, std::vector{wrong_padding_indicator}));
  CHECK_FAULT(Fault::bad_input, session.wrap(kWrite, std::vector{wrong_padding_indicator, wrong_cryptogram_tag}));
  CHECK_FAULT(Fault::bad_input, session.wrap({.ins = 0x44}, std::vector{mac_first}));
  CHECK_FAULT(Fault::bad_input, session.wrap({.ins = 0x44}, std::vector{drop_mac, truncate_lc}));
  check_sound(bent(kWrite, {}));
}

TEST(Tampering, of_kinds_that_exclude_each_other_is_refused) {
  const std::vector<std::vector<Tamper>> pairs = {
      {stale_ssc, skip_ssc}, {drop_le, duplicate_le}, {truncate_lc, extend_lc}, {drop_mac, flip_mac},
      {drop_mac, short_mac}, {drop_mac, mac_first},   {class_8c, class_00},     {drop_cryptogram, flip_cryptogram}};
  for (const auto& pair : pairs) CHECK_FAULT(Fault::bad_input, session.wrap(kWrite, pair));
  check_sound(bent(kWrite, {}));
}

TEST(Tampering, of_each_kind_sends_something_else_than_all_others) {
  std::set<Bytes> sent;
  for (const auto tamper : all_tampers()) sent.insert(session.clone().wrap(kWrite, std::vector{tamper}).value());
  sent.insert(session.wrap(kWrite).value());
  LONGS_EQUAL(all_tampers().size() + 1, sent.size());
}
