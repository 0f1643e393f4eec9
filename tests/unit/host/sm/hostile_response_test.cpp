// What a card, or somebody between it and the reader, may answer to make the reader believe a lie.
#include "cicada/host/sm/codec.h"
#include "fake_card.h"
#include "harness.h"
#include "vectors.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::host;
using namespace cicada::test;
namespace vectors = cicada::tests::vectors;
using iso7816::ResponseApdu;
using sm::SecureMessaging;
using vectors::octets;

namespace {

const Bytes kEnc(16, 0x31);
const Bytes kMac(16, 0x42);
const iso7816::CommandApdu kRead{.ins = 0xB0, .ne = 256};

/// Reader and card with one command on its way.
struct Pair {
  SecureMessaging codec;
  CardSm card;

  explicit Pair(bool aes, std::uint8_t ins = 0xB0) : codec(make(aes)), card(aes, kEnc, kMac, Bytes(aes ? 16 : 8)) {
    (void)codec.wrap_command({.ins = ins, .ne = 256}).value();
    card.count();
  }
  static SecureMessaging make(bool aes) {
    auto ks_enc = sm::KsEnc{SecretBytes::copy_of(kEnc)};
    auto ks_mac = sm::KsMac{SecretBytes::copy_of(kMac)};
    return aes ? SecureMessaging::aes(std::move(ks_enc), std::move(ks_mac), sm::Ssc{16}).value()
               : SecureMessaging::tdes(std::move(ks_enc), std::move(ks_mac), sm::Ssc{8}).value();
  }
  Result<ResponseApdu> receive(Bytes octets) {
    auto result = codec.unwrap_response(ResponseApdu::parse(std::move(octets)).value());
    // Whatever went wrong, the session must be over.
    if (!result && codec.alive()) FAIL("a failure left the session alive");
    return result;
  }
};

/// A response of these objects, rightly sealed, to a fresh command.
Result<ResponseApdu> answer_with(bool aes, const std::function<Bytes(CardSm&)>& objects, std::uint16_t sw = 0x9000) {
  Pair pair{aes};
  pair.card.count();
  auto made = objects(pair.card);
  return pair.receive(pair.card.seal(std::move(made), sw));
}

const Bytes kStatus = "99029000"_hex;

}  // namespace

TEST_GROUP(HostileResponse){};

TEST(HostileResponse, with_any_bit_flipped_is_refused) {
  std::size_t tried = 0;
  for (const bool aes : {false, true}) {
    for (const std::size_t size : {0U, 1U, 7U, 8U, 16U, 100U, 223U}) {
      for (const std::uint16_t sw : std::initializer_list<std::uint16_t>{0x9000, 0x6282, 0x6A82}) {
        const auto honest = Pair{aes}.card.wrap({.data = Bytes(size, 0x5C), .sw = sw});
        CHECK_OK(Pair{aes}.receive(honest));
        for (std::size_t bit = 0; bit < honest.size() * 8; ++bit, ++tried) {
          auto flipped = honest;
          flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
          if (Pair{aes}.receive(flipped)) FAIL(("accepted with bit flipped: " + std::to_string(bit)).c_str());
        }
      }
    }
  }
  CHECK(tried > 20000);
}

TEST(HostileResponse, of_appendix_D_with_any_bit_flipped_is_refused) {
  for (const auto* id : {"sm-3des-select-efcom", "sm-3des-readbinary-4", "sm-3des-readbinary-18"}) {
    const auto data = vectors::data("icao9303_11_appD_bac_sm.json", id);
    const auto honest = octets(data, "protected_rapdu");
    auto before = octets(data, "ssc_command");
    before.back() = static_cast<std::uint8_t>(before.back() - 1);
    const auto receive = [&](const Bytes& answer) {
      auto codec = SecureMessaging::tdes(sm::KsEnc{SecretBytes{octets(data, "ks_enc")}},
                                         sm::KsMac{SecretBytes{octets(data, "ks_mac")}},
                                         sm::Ssc{std::span<const std::uint8_t, 8>{before}})
                       .value();
      (void)codec.wrap_command(kRead).value();
      return codec.unwrap_response(ResponseApdu::parse(answer).value());
    };
    CHECK_OK(receive(honest));
    for (std::size_t bit = 0; bit < honest.size() * 8; ++bit) {
      auto flipped = honest;
      flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
      if (receive(flipped)) FAIL(id);
    }
  }
}

TEST(HostileResponse, cut_or_lengthened_anywhere_is_refused) {
  for (const bool aes : {false, true}) {
    const auto honest = Pair{aes}.card.wrap({.data = Bytes(20, 1)});
    for (std::size_t size = 2; size < honest.size(); ++size) {
      auto cut = honest;
      cut.resize(size);
      if (Pair{aes}.receive(cut)) FAIL("accepted a cut response");
    }
    for (std::size_t at = 0; at <= honest.size() - 2; ++at) {
      auto longer = honest;
      longer.insert(longer.begin() + static_cast<std::ptrdiff_t>(at), 0x00);
      if (Pair{aes}.receive(longer)) FAIL("accepted a longer response");
    }
  }
}

TEST(HostileResponse, in_plain_ends_the_session_and_shows_the_status_word) {
  for (const std::uint16_t sw : std::initializer_list<std::uint16_t>{0x9000, 0x6988, 0x6982, 0x6C10}) {
    Pair pair{false};
    const auto result = pair.receive(plain({.sw = sw}));
    CHECK_FAULT(Fault::session_dead, result);
    LONGS_EQUAL(sw, result.error().sw);
    CHECK_FAULT(Fault::session_dead, pair.codec.wrap_command(kRead));
  }
  CHECK_FAULT(Fault::malformed, Pair{false}.receive("01029000"_hex));
}

TEST(HostileResponse, of_another_moment_is_refused) {
  for (const bool aes : {false, true}) {
    Pair pair{aes};
    const auto first = pair.card.wrap({.data = Bytes(8, 1)});
    CHECK_OK(pair.receive(first));
    (void)pair.codec.wrap_command(kRead).value();
    CHECK_FAULT(Fault::security, pair.receive(first));
  }
}

TEST(HostileResponse, whose_status_words_disagree_is_refused) {
  CHECK_FAULT(Fault::security, answer_with(false, [](CardSm&) { return kStatus; }, 0x6A82));
  CHECK_FAULT(Fault::security, answer_with(true, [](CardSm&) { return kStatus; }, 0x6282));
}

TEST(HostileResponse, with_objects_missing_doubled_unknown_or_out_of_order_is_refused) {
  for (const bool aes : {false, true}) {
    const auto data = [](CardSm& card) { return card.cryptogram(card.pad("0102"_hex), false); };
    const auto odd = [](CardSm& card) { return card.cryptogram(card.pad("0102"_hex), true); };
    CHECK_OK(answer_with(aes, [&](CardSm& c) { return concat({data(c), kStatus}); }));
    CHECK_FAULT(Fault::malformed, answer_with(aes, data));
    CHECK_FAULT(Fault::malformed, answer_with(aes, [&](CardSm& c) { return concat({kStatus, data(c)}); }));
    CHECK_FAULT(Fault::malformed, answer_with(aes, [&](CardSm& c) { return concat({data(c), data(c), kStatus}); }));
    CHECK_FAULT(Fault::malformed, answer_with(aes, [&](CardSm& c) { return concat({data(c), kStatus, kStatus}); }));
    CHECK_FAULT(Fault::malformed, answer_with(aes, [&](CardSm& c) { return concat({odd(c), kStatus}); }));
    CHECK_FAULT(Fault::malformed, answer_with(aes, [&](CardSm&) { return concat({"8101AA"_hex, kStatus}); }));
    CHECK_FAULT(Fault::malformed, answer_with(aes, [&](CardSm&) { return "990190"_hex; }));
    CHECK_FAULT(Fault::malformed, answer_with(aes, [&](CardSm&) { return "9903900000"_hex; }));
    CHECK_FAULT(Fault::malformed, answer_with(aes, [&](CardSm&) { return Bytes{}; }));
    CHECK_FAULT(Fault::malformed, answer_with(aes, [&](CardSm&) { return concat({"870101"_hex, kStatus}); }));
    CHECK_FAULT(Fault::malformed, answer_with(aes, [&](CardSm&) { return concat({"8700"_hex, kStatus}); }));
    CHECK_FAULT(Fault::malformed, answer_with(aes, [&](CardSm&) { return concat({"8780"_hex, kStatus}); }));
    CHECK_FAULT(Fault::malformed, answer_with(aes, [&](CardSm&) { return "87847FFFFFFF"_hex; }));
    CHECK_FAULT(Fault::malformed, answer_with(aes, [&](CardSm&) { return "8783FFFFFF"_hex; }));
    CHECK_FAULT(Fault::malformed, answer_with(aes, [&](CardSm& c) {
                  auto other_padding = concat({data(c), kStatus});
                  other_padding[2] = 0x02;
                  return other_padding;
                }));
  }
}

TEST(HostileResponse, with_bad_padding_under_a_right_mac_is_refused) {
  for (const bool aes : {false, true}) {
    const std::size_t block = aes ? 16 : 8;
    const auto with_padding = [&](Bytes padded) {
      return answer_with(aes, [&](CardSm& c) { return concat({c.cryptogram(padded, false), kStatus}); });
    };
    Bytes good(block, 0);
    good[0] = 0x80;
    CHECK_OK(with_padding(good));
    CHECK_FAULT(Fault::malformed, with_padding(Bytes(block, 0)));                  // no 80 at all
    CHECK_FAULT(Fault::malformed, with_padding(Bytes(block, 0x01)));               // another octet at the end
    CHECK_FAULT(Fault::malformed, with_padding(concat({good, Bytes(block, 0)})));  // 80 one block too early
  }
}

TEST(HostileResponse, to_an_odd_instruction_comes_in_DO85) {
  Pair pair{false, 0xB1};
  CHECK_OK(pair.receive(pair.card.wrap({.data = "5301AA"_hex}, true)));
  Pair other{false, 0xB1};
  CHECK_FAULT(Fault::malformed, other.receive(other.card.wrap({.data = "5301AA"_hex}, false)));
}
