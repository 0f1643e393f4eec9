// Answers that are not as they must be: whatever is wrong is named, nothing is refused, and the counter goes on.
#include <algorithm>
#include <vector>

#include "cicada/base/rng.h"
#include "cicada/conformance/terminal/session.h"
#include "decoder.h"
#include "fake_card.h"
#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::test;
using cicada::conformance::terminal::KeyKind;
using cicada::conformance::terminal::Observation;
using cicada::conformance::terminal::Session;

namespace {

const Bytes kEnc(16, 0x31);
const Bytes kMac(16, 0x57);

Bytes object(std::uint8_t tag, const Bytes& value) {
  return concat({Bytes{tag, static_cast<std::uint8_t>(value.size())}, value});
}

const Bytes kStatus = "99029000"_hex;

}  // namespace

TEST_GROUP(Unwrapping) {
  Session session =
      Session::create(KeyKind::tdes, SecretBytes::copy_of(kEnc), SecretBytes::copy_of(kMac), Bytes(8)).value();
  CardSm card{false, kEnc, kMac, Bytes(8)};

  /// A command has been sent; the answer is made by `make`, with the card's counter where the response will have it.
  template <typename Make>
  Observation after(Make make, bool odd = false) {
    CHECK_OK(session.wrap({.ins = static_cast<std::uint8_t>(odd ? 0xB1 : 0xB0), .ne = 4}));
    card.count();
    return session.unwrap(make(), odd);
  }
  Bytes seal(const Bytes& objects, std::uint16_t sw = 0x9000) {
    card.count();
    return card.seal(objects, sw);
  }
  /// Objects with a right MAC behind them.
  Observation sealed(const Bytes& objects, std::uint16_t sw = 0x9000, bool odd = false) {
    return after([&] { return seal(objects, sw); }, odd);
  }
  /// DO'87' of these plain octets, for the response that comes next.
  Bytes cryptogram(const Bytes& padded, bool odd = false) {
    auto ahead = card;
    ahead.count();
    ahead.count();
    return ahead.cryptogram(padded, odd);
  }
  void goes_on() {
    const auto seen = after([&] { return card.wrap({.data = "AB"_hex}); });
    CHECK_STRING("", seen.wrong);
    CHECK(seen.sound());
    CHECK_BYTES("AB"_hex, seen.data);
  }
};

TEST(Unwrapping, a_sound_answer_says_all_of_it) {
  const auto seen = after([&] { return card.wrap({.data = "C0FFEE"_hex, .sw = 0x6282}); });
  CHECK(seen.sound());
  LONGS_EQUAL(0x6282, seen.sw);
  LONGS_EQUAL(0x6282, seen.inner.value());
  CHECK_BYTES("87998E"_hex, seen.objects);
  CHECK_BYTES("C0FFEE"_hex, seen.data);
  goes_on();
}

TEST(Unwrapping, an_answer_without_data_is_sound_too) {
  const auto seen = after([&] { return card.wrap({.sw = 0x6A82}); });
  CHECK(seen.sound());
  CHECK_BYTES("998E"_hex, seen.objects);
  CHECK_BYTES(""_hex, seen.data);
}

TEST(Unwrapping, a_plain_answer_is_no_fault_of_form) {
  auto seen = after([] { return "6982"_hex; });
  CHECK(!seen.secured);
  CHECK(!seen.sound());
  CHECK_STRING("", seen.wrong);
  LONGS_EQUAL(0x6982, seen.sw);
  seen = after([] { return "601461019000"_hex; });
  CHECK(!seen.secured);
  CHECK_BYTES("60146101"_hex, seen.data);
}

TEST(Unwrapping, a_plain_answer_leaves_the_counter_where_the_command_put_it) {
  after([] { return "6982"_hex; });
  goes_on();  // the card has counted the command only
}

TEST(Unwrapping, fewer_than_two_octets_are_named) {
  CHECK_STRING("fewer than two octets", after([] { return Bytes{}; }).wrong);
  CHECK_STRING("fewer than two octets", after([] { return "90"_hex; }).wrong);
}

TEST(Unwrapping, a_wrong_MAC_is_named_and_the_data_shown_all_the_same) {
  auto seen = after([&] {
    auto answer = card.wrap({.data = "C0FFEE"_hex});
    answer[answer.size() - 3] ^= 1U;
    return answer;
  });
  CHECK_STRING("the MAC is wrong", seen.wrong);
  CHECK_BYTES("C0FFEE"_hex, seen.data);
  goes_on();
  seen = after([&] {
    auto answer = card.wrap({.data = "C0FFEE"_hex});
    answer[4] ^= 1U;
    return answer;
  });
  STRCMP_CONTAINS("the MAC is wrong", seen.wrong.c_str());
  goes_on();
}

TEST(Unwrapping, a_counter_that_stands_or_skips_makes_the_MAC_wrong) {
  STRCMP_CONTAINS("the MAC is wrong", after([&] {
                                        auto behind = CardSm{false, kEnc, kMac, Bytes(8)};
                                        return behind.wrap({.data = "01"_hex});
                                      }).wrong.c_str());
}

TEST(Unwrapping, an_answer_of_another_status_outside_is_named) {
  const auto seen = after([&] {
    auto answer = card.wrap({.data = "01"_hex, .sw = 0x6282});
    answer[answer.size() - 2] = 0x90;
    answer[answer.size() - 1] = 0x00;
    return answer;
  });
  CHECK_STRING("DO'99' says 6282, the answer's end 9000", seen.wrong);
  LONGS_EQUAL(0x9000, seen.sw);
  LONGS_EQUAL(0x6282, seen.inner.value());
}

TEST(Unwrapping, objects_that_are_missing_are_named) {
  CHECK_STRING("DO'99' is missing", sealed(cryptogram("0180000000000000"_hex)).wrong);
  const auto seen = after([&] { return concat({kStatus, "9000"_hex}); });
  CHECK(seen.secured);
  CHECK_STRING("DO'8E' is missing", seen.wrong);
}

TEST(Unwrapping, objects_of_the_wrong_size_are_named) {
  CHECK_STRING("DO'99' has not two octets", sealed("990190"_hex).wrong);
  const auto seen = after([&] {
    auto answer = seal(kStatus);
    answer.erase(answer.end() - 3);
    answer[5] = 7;
    return answer;
  });
  CHECK_STRING("DO'8E' has not eight octets", seen.wrong);
  CHECK_STRING("the cryptogram has no whole number of blocks", sealed(concat({"87020155"_hex, kStatus})).wrong);
  CHECK_STRING("the cryptogram has no whole number of blocks", sealed(concat({"870101"_hex, kStatus})).wrong);
  CHECK_STRING("DO'87' is empty", sealed(concat({"8700"_hex, kStatus})).wrong);
}

TEST(Unwrapping, objects_in_another_order_are_named) {
  const auto data = cryptogram("0180000000000000"_hex);
  auto seen = sealed(concat({kStatus, data}));
  CHECK_STRING("DO'87' out of order", seen.wrong);
  CHECK_BYTES("01"_hex, seen.data);
  seen = after([&] {
    const auto answer = seal(kStatus);
    const ByteView octets{answer};
    return concat({octets.subspan(4, 10), octets.first(4), "9000"_hex});
  });
  STRCMP_CONTAINS("DO'99' out of order", seen.wrong.c_str());
}

TEST(Unwrapping, objects_that_come_twice_are_named_once) {
  const auto data = cryptogram("0180000000000000"_hex);
  CHECK_STRING("DO'87' more than once", sealed(concat({data, data, kStatus})).wrong);
  CHECK_STRING("DO'99' more than once", sealed(concat({kStatus, kStatus})).wrong);
}

TEST(Unwrapping, objects_that_do_not_belong_there_are_named) {
  CHECK_STRING("unknown DO'80'", sealed(concat({"800100"_hex, kStatus})).wrong);
  CHECK_STRING("unknown DO'97'", sealed(concat({"970104"_hex, kStatus})).wrong);
  const auto odd = cryptogram("0180000000000000"_hex, true);
  CHECK_STRING("DO'85' where DO'87' belongs", sealed(concat({odd, kStatus})).wrong);
  const auto even = cryptogram("0180000000000000"_hex);
  CHECK_STRING("DO'87' where DO'85' belongs", sealed(concat({even, kStatus}), 0x9000, true).wrong);
}

TEST(Unwrapping, both_cryptograms_are_no_pair) {
  const auto even = cryptogram("0180000000000000"_hex);
  const auto odd = cryptogram("0180000000000000"_hex, true);
  CHECK_STRING("DO'85' where DO'87' belongs", sealed(concat({even, odd, kStatus})).wrong);
}

TEST(Unwrapping, padding_that_is_none_is_named_and_the_octets_are_shown) {
  for (const auto& blocks : {"0102030405060708"_hex, "0000000000000000"_hex, "0102030405060081"_hex,
                             "0180000000000000 0000000000000000"_hex}) {
    const auto seen = sealed(concat({cryptogram(blocks), kStatus}));
    CHECK_STRING("the padding is not 80 00..00", seen.wrong);
    CHECK_BYTES(blocks, seen.data);
  }
  goes_on();
}

TEST(Unwrapping, padding_of_a_whole_block_is_right) {
  const auto seen = sealed(concat({cryptogram("0102030405060708 8000000000000000"_hex), kStatus}));
  CHECK_STRING("", seen.wrong);
  CHECK_BYTES("0102030405060708"_hex, seen.data);
}

TEST(Unwrapping, another_padding_indicator_is_named) {
  auto data = cryptogram("0180000000000000"_hex);
  data[2] = 0x02;
  const auto seen = sealed(concat({data, kStatus}));
  CHECK_STRING("padding indicator 02", seen.wrong);
  CHECK_BYTES("01"_hex, seen.data);
}

TEST(Unwrapping, octets_that_are_no_object_are_named) {
  auto seen = after([&] {
    auto answer = seal(kStatus);
    answer.insert(answer.end() - 2, 0x00);
    return answer;
  });
  CHECK_STRING("octets that are no data object", seen.wrong);
  seen = after([&] { return concat({kStatus, "8E0801"_hex, "9000"_hex}); });
  CHECK(seen.secured);
  STRCMP_CONTAINS("octets that are no data object", seen.wrong.c_str());
  STRCMP_CONTAINS("DO'8E' is missing", seen.wrong.c_str());
}

TEST(Unwrapping, more_objects_than_are_looked_at_are_named) {
  Bytes many;
  for (int i = 0; i < 70; ++i) append(many, object(0x81, {}));
  const auto seen = sealed(concat({kStatus, many}));
  STRCMP_CONTAINS("octets that are no data object", seen.wrong.c_str());
  LONGS_EQUAL(64, seen.objects.size());
}

TEST(Unwrapping, lengths_of_other_forms_are_taken_or_named) {
  // BER allows 81 02; 84 and 80 are no lengths of an APDU's objects.
  CHECK_STRING("", sealed("9981029000"_hex).wrong);
  CHECK(!after([] { return "99840000000290009000"_hex; }).secured);
  CHECK(!after([] { return "998090009000"_hex; }).secured);
}

TEST(Unwrapping, every_cut_and_every_flipped_bit_of_an_answer_is_survived_and_never_sound) {
  CHECK_OK(session.wrap({.ins = 0xB0, .ne = 4}));
  card.count();
  const auto good = card.wrap({.data = "C0FFEE0102030405"_hex});
  for (std::size_t size = 0; size < good.size(); ++size) {
    CHECK(!session.clone().unwrap(ByteView{good}.first(size), false).sound());
  }
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    auto bent = good;
    bent[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    CHECK(!session.clone().unwrap(bent, false).sound());
  }
  CHECK(session.unwrap(good, false).sound());
}

TEST(Unwrapping, forty_thousand_answers_changed_at_random_are_survived_and_never_sound) {
  CHECK_OK(session.wrap({.ins = 0xB0, .ne = 4}));
  card.count();
  const auto good = card.wrap({.data = "C0FFEE0102030405"_hex});
  ReplayRng rng{2026};
  Bytes dice(8);
  for (int round = 0; round < 40'000; ++round) {
    auto bent = good;
    for (int change = 0; change < 3; ++change) {
      CHECK_OK(rng.fill(dice));
      const auto at = bent.begin() + (dice[0] | dice[1] << 8) % static_cast<int>(bent.size());
      switch (dice[2] % 4) {
        case 0: *at = dice[3]; break;
        case 1: *at = static_cast<std::uint8_t>(0x80U | (dice[3] & 0x07U)); break;  // looks like a long length
        case 2: bent.insert(at, dice[3] % 2 == 0 ? dice[4] : *at); break;
        default: bent.erase(at, at + std::min<std::ptrdiff_t>(dice[3] % 4, bent.end() - at)); break;
      }
      if (bent.empty()) bent.push_back(dice[5]);
    }
    if (bent != good) CHECK(!session.clone().unwrap(bent, dice[6] % 2 == 0).sound());
  }
}
