#include "cicada/host/access/pace.h"

#include "cicada/asn1/oid.h"
#include "cicada/asn1/tlv.h"
#include "cicada/host/transport/loopback.h"
#include "fake_pace.h"
#include "harness.h"

using namespace cicada;
using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::host;
using namespace cicada::host::access;
using namespace cicada::test;
using crypto::openssl::EcGroup;

namespace {

constexpr std::string_view kCan = "001099";

PaceOffer offer(int mapping, int cipher, std::uint32_t parameter_id) {
  const auto oid =
      asn1::Oid::from_dotted("0.4.0.127.0.7.2.2.4." + std::to_string(mapping) + "." + std::to_string(cipher)).value();
  return usable_offer(oid, 2, parameter_id).value();
}

/// A chip behind a wire. After PACE it answers every protected command with two octets.
struct Chip {
  FakePace pace;
  std::optional<CardSm> sm = {};
  std::size_t commands = 0;
  /// Looks at the answer to the n-th command, which counts from 1.
  std::function<void(std::size_t n, Answer& answer)> tamper = {};

  explicit Chip(const PaceOffer& chosen) : pace(chosen, to_bytes(as_bytes(kCan))) {
    pace.password = 2;
    if (chosen.protocol.mapping == Mapping::chip_authentication) pace.static_key = Bytes(16, 0x17);
  }

  Bytes process(ByteView octets) {
    const auto command = parse_command(octets);
    ++commands;
    if (sm) {
      return sm->unwrap(command) ? sm->wrap({.data = "CAFE"_hex}) : plain({.sw = 0x6988});
    }
    auto answer = pace.process(command);
    sm = pace.take_session();
    if (tamper) tamper(commands, answer);
    return plain(answer);
  }
};

std::expected<PaceSession, AccessFailure> open(Chip& chip, const PacePassword& password,
                                               const PaceOptions& options = {}, std::uint64_t seed = 5) {
  // The channel outlives the session: tests let it live as long as the program.
  static std::vector<std::unique_ptr<transport::LoopbackTransport>> wires;
  static std::vector<std::unique_ptr<iso7816::Channel>> channels;
  wires.push_back(
      std::make_unique<transport::LoopbackTransport>([&chip](ByteView octets) { return chip.process(octets); }));
  channels.push_back(std::make_unique<iso7816::Channel>(*wires.back()));
  ReplayRng rng{seed};
  return run_pace(PlainSession{*channels.back()}, chip.pace.offer, password, rng, options);
}

PacePassword can(std::string_view digits = kCan) {
  return PacePassword::from_can(digits).value();
}

Error failure_of(Chip& chip) {
  const auto session = open(chip, can());
  if (session) FAIL("access was granted");
  CHECK(!chip.sm || session.error().error.fault != Fault::card_status);
  return session.error().error;
}

void check_refused(Fault fault, Chip& chip) {
  CHECK_STRING(to_string(fault), to_string(failure_of(chip).fault));
}

/// Replaces the value of the object in the answer to the n-th command.
auto with_object(std::size_t n, asn1::Tag tag, Bytes value) {
  return [=](std::size_t command, Answer& answer) {
    if (command == n) answer.data = asn1::encode_tlv(0x7C, asn1::encode_tlv(tag, value));
  };
}

auto with_data(std::size_t n, Bytes data) {
  return [=](std::size_t command, Answer& answer) {
    if (command == n) answer.data = data;
  };
}

}  // namespace

TEST_GROUP(Pace) {
  Chip chip{offer(2, 2, 13)};
};

TEST(Pace, opens_a_chip_with_every_mapping_cipher_and_group) {
  std::size_t runs = 0;
  for (const int mapping : {1, 2, 3, 4, 6}) {
    for (const int cipher : {1, 2, 3, 4}) {
      if (mapping == 6 && cipher == 1) continue;
      for (const std::uint32_t id : {0U, 1U, 2U, 8U, 9U, 10U, 11U, 12U, 13U, 14U, 15U, 16U, 17U, 18U}) {
        const bool dh = mapping == 1 || mapping == 3;
        if (dh != (id <= 2) || (mapping == 4 && id == 10)) continue;
        Chip one{offer(mapping, cipher, id)};
        auto session = open(one, can());
        if (!session)
          FAIL((std::to_string(mapping) + "." + std::to_string(cipher) + " " + std::to_string(id) + ": " +
                session.error().error.describe())
                   .c_str());
        const auto answer = session->session.transmit({.ins = 0xB0, .ne = 2});
        CHECK_OK(answer);
        CHECK_BYTES("CAFE"_hex, answer->data);
        LONGS_EQUAL(6, one.commands);
        ++runs;
      }
    }
  }
  LONGS_EQUAL(4 * 3 * 2 + 4 * 11 + 4 * 10 + 3 * 11, runs);
}

TEST(Pace, keeps_what_later_proofs_need) {
  Chip cam{offer(6, 2, 13)};
  cam.pace.car = to_bytes(as_bytes("VNCVCA00002"));
  cam.pace.previous_car = to_bytes(as_bytes("VNCVCA00001"));
  const auto session = open(cam, can());
  CHECK(session.has_value());
  const auto& evidence = session->evidence;
  CHECK(evidence.password == PasswordKind::can);
  LONGS_EQUAL(13, evidence.offer.parameter_id);
  CHECK_STRING("VNCVCA00002", as_text(evidence.car));
  CHECK_STRING("VNCVCA00001", as_text(evidence.previous_car));
  CHECK_BYTES(ByteView{evidence.chip_ephemeral}.subspan(1, 32), evidence.compressed_chip_ephemeral);
  CHECK_BYTES(ByteView{evidence.terminal_ephemeral}.subspan(1, 32), evidence.compressed_terminal_ephemeral);
  const auto group = EcGroup::create(std::get<crypto::openssl::Curve>(evidence.offer.domain)).value();
  const auto& proof = *evidence.chip_authentication;
  CHECK_BYTES(proof.mapping_key, group.multiply(proof.ca_ic.expose(), cam.pace.static_public_key()).value());
}

TEST(Pace, with_a_wrong_password_says_so_and_gives_the_plain_session_back) {
  auto failure = open(chip, can("000000"));
  CHECK(!failure.has_value());
  CHECK_STRING("card status", to_string(failure.error().error.fault));
  CHECK_STRING("the CAN does not open this card", failure.error().error.what.view());
  LONGS_EQUAL(0x6300, failure.error().error.sw);
  CHECK(!failure.error().tries_left.has_value());
  ReplayRng rng{8};
  CHECK(run_pace(std::move(failure.error().plain), chip.pace.offer, can(), rng).has_value());
}

TEST(Pace, accepts_an_empty_answer_to_the_second_nonce_in_both_forms) {
  Chip integrated{offer(4, 2, 13)};
  integrated.pace.answers_second_nonce_with_nothing = true;
  CHECK(open(integrated, can()).has_value());
  Chip talkative{offer(4, 2, 13)};
  talkative.tamper = with_object(3, 0x82, "00"_hex);
  check_refused(Fault::malformed, talkative);
  chip.tamper = with_data(3, "7C00"_hex);  // generic mapping has a key there
  check_refused(Fault::malformed, chip);
}

TEST(Pace, wants_the_chip_to_prove_that_it_knows_the_password) {
  for (std::size_t bit = 0; bit < 64; ++bit) {
    Chip one{offer(2, 2, 13)};
    one.tamper = [bit](std::size_t n, Answer& answer) {
      if (n == 5) answer.data.at(4 + bit / 8) ^= static_cast<std::uint8_t>(1U << (bit % 8));
    };
    check_refused(Fault::security, one);
  }
  for (const std::size_t size : {0U, 7U, 9U, 16U}) {
    Chip one{offer(2, 2, 13)};
    one.tamper = with_object(5, 0x86, Bytes(size));
    check_refused(Fault::security, one);
  }
}

TEST(Pace, wants_a_nonce_of_the_right_length) {
  for (const auto& [mapping, cipher, size] :
       {std::tuple{2, 2, 8U}, std::tuple{2, 2, 15U}, std::tuple{2, 2, 17U}, std::tuple{2, 2, 48U},
        std::tuple{4, 2, 32U}, std::tuple{4, 3, 16U}, std::tuple{4, 4, 16U}, std::tuple{4, 1, 8U},
        std::tuple{2, 1, 12U}, std::tuple{2, 1, 40U}}) {
    Chip one{offer(mapping, cipher, 13)};
    one.tamper = with_object(2, 0x80, Bytes(size, 0x5A));
    check_refused(Fault::malformed, one);
  }
  for (const std::size_t size : {16U, 32U}) {
    Chip one{offer(2, 4, 13)};
    one.pace.nonce_size = size;
    CHECK(open(one, can()).has_value());
  }
  chip.tamper = with_object(2, 0x80, {});
  check_refused(Fault::malformed, chip);
}

TEST(Pace, refuses_its_own_keys_from_the_chip) {
  for (const int mapping : {1, 2, 6}) {
    for (const std::size_t key : {1U, 2U}) {
      Chip mirror{offer(mapping, 2, mapping == 1 ? 0 : 13)};
      mirror.pace.instead_of_key = [key](std::size_t n, ByteView readers) {
        return n == key ? std::optional{to_bytes(readers)} : std::nullopt;
      };
      const auto error = failure_of(mirror);
      CHECK_STRING("the card sends our own public key back", error.what.view());
      CHECK(error.fault == Fault::security);
      LONGS_EQUAL(key == 1 ? 3 : 4, mirror.commands);
    }
  }
}

TEST(Pace, refuses_points_that_are_not_on_the_curve) {
  const auto& curve = crypto::openssl::curve_parameters(crypto::openssl::Curve::brainpool_p256r1);
  const auto point = [&](std::uint8_t form, Bytes x, Bytes y) { return concat({Bytes{form}, x, y}); };
  auto off = curve.generator;
  off.back() ^= 1U;
  auto compressed = Bytes{curve.generator.begin(), curve.generator.begin() + 33};
  compressed[0] = 0x02;
  auto hybrid = curve.generator;
  hybrid[0] = 0x06;
  const std::vector<Bytes> points = {
      {},                                 // nothing
      {0x00},                             // infinity, as it is encoded
      Bytes(65),                          // zeros
      point(0x04, Bytes(32), Bytes(32)),  // (0, 0)
      point(0x04, curve.p, curve.p),      // coordinates that are not below p
      off,                                // another y
      compressed,
      hybrid,
      {curve.generator.begin(), curve.generator.end() - 1},
      concat({curve.generator, Bytes{0}}),
      crypto::openssl::curve_parameters(crypto::openssl::Curve::p256).generator,  // a point of another curve
  };
  for (const std::size_t key : {1U, 2U}) {
    for (const auto& bad : points) {
      Chip one{offer(2, 2, 13)};
      one.pace.instead_of_key = [&](std::size_t n, ByteView) { return n == key ? std::optional{bad} : std::nullopt; };
      const auto fault = failure_of(one).fault;
      CHECK(fault == Fault::security || fault == Fault::malformed);
      LONGS_EQUAL(key == 1 ? 3 : 4, one.commands);  // nothing is sent after it
    }
  }
}

TEST(Pace, refuses_numbers_outside_the_subgroup) {
  for (const std::uint32_t id : {0U, 1U, 2U}) {
    const auto group =
        crypto::openssl::ModpGroup::create(std::get<crypto::openssl::Modp>(*standardized_domain(id))).value();
    Bytes one(group.size());
    one.back() = 1;
    Bytes two(group.size());
    two.back() = 2;  // not a power of g
    auto minus_one = group.prime();
    minus_one.back() ^= 1U;  // p is odd: order two
    const std::vector<Bytes> numbers = {{},
                                        Bytes(group.size()),
                                        one,
                                        two,
                                        minus_one,
                                        group.prime(),
                                        Bytes(group.size(), 0xFF),
                                        {2},
                                        concat({Bytes{0}, group.generator()}),
                                        {group.generator().begin() + 1, group.generator().end()}};
    for (const std::size_t key : {1U, 2U}) {
      for (const auto& bad : numbers) {
        Chip chip_of_group{offer(1, 2, id)};
        chip_of_group.pace.instead_of_key = [&](std::size_t n, ByteView) {
          return n == key ? std::optional{bad} : std::nullopt;
        };
        const auto fault = failure_of(chip_of_group).fault;
        CHECK(fault == Fault::security || fault == Fault::malformed);
      }
    }
  }
}

TEST(Pace, wants_exactly_the_objects_of_each_step) {
  constexpr std::array<std::uint8_t, 4> kTags = {0x80, 0x82, 0x84, 0x86};
  for (std::size_t step = 0; step < 4; ++step) {
    std::vector<Bytes> answers;
    Chip honest{offer(2, 2, 13)};
    honest.tamper = [&](std::size_t n, const Answer& answer) {
      if (n == step + 2) answers.push_back(answer.data);
    };
    CHECK(open(honest, can()).has_value());
    const auto right = answers.at(0);
    const auto inner = to_bytes(asn1::read_only(right, 0x7C).value().value);
    std::vector<Bytes> wrong;
    for (std::size_t size = 0; size < right.size(); ++size)
      wrong.emplace_back(right.begin(), right.begin() + static_cast<long>(size));
    wrong.push_back(inner);                                          // no 7C
    wrong.push_back(asn1::encode_tlv(0x7D, inner));                  // another frame
    wrong.push_back(concat({right, "00"_hex}));                      // an octet behind it
    wrong.push_back(concat({right, right}));                         // twice
    wrong.push_back(asn1::encode_tlv(0x7C, {inner, inner}));         // the object twice
    wrong.push_back(asn1::encode_tlv(0x7C, {inner, "990100"_hex}));  // an unknown object behind
    wrong.push_back(asn1::encode_tlv(0x7C, {"990100"_hex, inner}));  // an unknown object before
    wrong.push_back(asn1::encode_tlv(0x7C, {inner, "8A0100"_hex}));  // CAM data without CAM
    for (unsigned tag = 0x80; tag < 0x90; ++tag) {
      if (tag == kTags[step]) continue;
      auto other = right;
      other[right[1] == 0x81 ? 3 : 2] = static_cast<std::uint8_t>(tag);  // another step's object
      wrong.push_back(std::move(other));
    }
    for (const auto& data : wrong) {
      Chip one{offer(2, 2, 13)};
      one.tamper = with_data(step + 2, data);
      const auto fault = failure_of(one).fault;
      if (fault != Fault::malformed) FAIL((std::to_string(step) + " " + to_hex(data)).c_str());
    }
  }
}

TEST(Pace, wants_the_token_first_and_the_names_of_the_keys_in_order) {
  Chip one{offer(2, 2, 13)};
  one.pace.car = "4142"_hex;
  one.pace.token_comes_last = true;
  check_refused(Fault::malformed, one);
  Chip two{offer(2, 2, 13)};
  two.tamper = [](std::size_t n, Answer& answer) {
    if (n != 5) return;
    const auto token = to_bytes(asn1::read_only(answer.data, 0x7C).value().value);
    answer.data = asn1::encode_tlv(0x7C, {token, "880141"_hex, "870142"_hex});
  };
  check_refused(Fault::malformed, two);
}

TEST(Pace, with_chip_authentication_mapping_wants_its_data) {
  Chip without{offer(6, 2, 13)};
  without.tamper = [](std::size_t n, Answer& answer) {
    if (n == 5)
      answer.data = asn1::encode_tlv(0x7C, ByteView{asn1::read_only(answer.data, 0x7C).value().value}.first(10));
  };
  check_refused(Fault::malformed, without);
  for (const std::size_t size : {0U, 16U, 32U, 47U, 64U}) {
    Chip other{offer(6, 2, 13)};
    other.tamper = [size](std::size_t n, Answer& answer) {
      if (n != 5) return;
      const auto token = ByteView{asn1::read_only(answer.data, 0x7C).value().value}.first(10);
      answer.data = asn1::encode_tlv(0x7C, {token, asn1::encode_tlv(0x8A, Bytes(size, 0x33))});
    };
    check_refused(Fault::malformed, other);
  }
  Chip flipped{offer(6, 2, 13)};
  flipped.tamper = [](std::size_t n, Answer& answer) {
    if (n == 5) answer.data.back() ^= 1U;  // the padding comes out wrong
  };
  check_refused(Fault::malformed, flipped);
}

TEST(Pace, ends_with_every_status_word_at_every_step) {
  const auto password = can();
  const auto check = [&](std::size_t step, std::uint16_t word) {
    Chip one{offer(2, 2, 12)};
    one.tamper = [&](std::size_t n, Answer& answer) {
      if (n == step) answer = {.sw = word};
    };
    const auto session = open(one, password);
    if (session || session.error().error.sw != word || one.commands != step) FAIL(std::to_string(word).c_str());
  };
  for (std::uint32_t word = 0; word < 0x10000; ++word) {
    // 63C1 to 63CF count tries and refuse nothing.
    if (word != 0x9000 && (word <= 0x63C0 || word > 0x63CF)) check(1, static_cast<std::uint16_t>(word));
  }
  // The others cost key agreements: every SW1, and the second octets that mean something somewhere.
  for (std::size_t step = 2; step <= 5; ++step) {
    for (std::uint32_t sw1 = 0; sw1 < 0x100; ++sw1) {
      for (const std::uint32_t sw2 : {0x00U, 0x80U, 0xC0U, 0xC2U}) {
        if (const auto word = (sw1 << 8U) | sw2; word != 0x9000) check(step, static_cast<std::uint16_t>(word));
      }
    }
  }
}

TEST(Pace, tells_how_many_tries_a_pin_has_left) {
  chip.pace.secret = to_bytes(as_bytes("123456"));
  chip.pace.password = 3;
  const auto pin = PacePassword::from_pin("123456").value();
  chip.pace.template_sw = 0x63C2;
  auto session = open(chip, pin);
  CHECK(session.has_value());
  LONGS_EQUAL(2, *session->evidence.tries_left);

  Chip other{offer(2, 2, 13)};
  other.pace.password = 3;
  other.pace.wrong_token_sw = 0x63C1;
  const auto refused = open(other, pin);
  CHECK(!refused.has_value());
  LONGS_EQUAL(1, *refused.error().tries_left);
  CHECK_STRING("the PIN or PUK does not open this card", refused.error().error.what.view());
}

TEST(Pace, does_not_spend_the_last_try_of_a_pin_unasked) {
  chip.pace.secret = to_bytes(as_bytes("123456"));
  chip.pace.password = 3;
  chip.pace.template_sw = 0x63C1;
  const auto pin = PacePassword::from_pin("123456").value();
  const auto kept = open(chip, pin);
  CHECK(!kept.has_value());
  LONGS_EQUAL(1, *kept.error().tries_left);
  LONGS_EQUAL(1, chip.commands);
  CHECK(open(chip, pin, {.spend_last_try = true}).has_value());
}

TEST(Pace, tells_a_blocked_pin_from_a_wrong_one) {
  const auto pin = PacePassword::from_pin("123456").value();
  for (const std::uint16_t sw : std::initializer_list<std::uint16_t>{0x63C0, 0x6983}) {
    Chip one{offer(2, 2, 13)};
    one.tamper = [sw](std::size_t n, Answer& answer) {
      if (n == 1) answer = {.sw = sw};
    };
    const auto session = open(one, pin);
    CHECK_STRING("this PIN or PUK is blocked", session.error().error.what.view());
    LONGS_EQUAL(1, one.commands);
  }
  Chip deactivated{offer(2, 2, 13)};
  deactivated.tamper = [](std::size_t n, Answer& answer) {
    if (n == 1) answer = {.sw = 0x6283};
  };
  CHECK_STRING("this PIN is deactivated", open(deactivated, pin).error().error.what.view());
}

TEST(Pace, sends_no_object_that_a_chip_may_not_know) {
  Bytes first;
  transport::LoopbackTransport wire{[&](ByteView command) {
    first = to_bytes(command);
    return "6A80"_hex;
  }};
  iso7816::Channel channel{wire};
  ReplayRng rng{1};
  CHECK(!run_pace(PlainSession{channel}, offer(2, 2, 13), can(), rng).has_value());
  CHECK_BYTES("0022C1A412 800A04007F00070202040202 830102 84010D"_hex, first);
}

TEST(Pace, fails_when_there_are_no_random_numbers) {
  class NoRng final : public Rng {
    Result<void> fill(MutableByteView) override { return base::fail({.fault = Fault::crypto, .what = "empty"}); }
  } rng;
  for (const int mapping : {2, 4}) {
    Chip one{offer(mapping, 2, 13)};
    transport::LoopbackTransport wire{[&](ByteView octets) { return one.process(octets); }};
    iso7816::Channel channel{wire};
    const auto session = run_pace(PlainSession{channel}, one.pace.offer, can(), rng);
    CHECK_STRING("crypto", to_string(session.error().error.fault));
  }
}

TEST(Pace, sends_numbers_without_leading_zeros_and_takes_them_with_and_without) {
  const auto dh = offer(1, 2, 0);
  const auto group = PaceGroup::create(dh.domain).value();
  std::size_t shortened = 0;
  for (std::uint64_t seed = 1; seed < 3000 && shortened < 2; ++seed) {
    ReplayRng draws{seed};
    const auto key = group.random_scalar(draws).value();
    if (group.multiply_generator(key.expose()).value()[0] != 0) continue;
    // This seed makes a mapping key that begins with a zero.
    Chip one{dh};
    auto session = open(one, can(), {}, seed);
    if (!session) FAIL(session.error().error.describe().c_str());
    ++shortened;
    // A chip that leaves the zeros out, and a mirror that puts ours back.
    Chip mirror{dh};
    mirror.pace.instead_of_key = [&](std::size_t n, ByteView readers) {
      CHECK(n != 1 || readers.size() == group.element_size() - 1);
      return n == 1 ? std::optional{concat({Bytes{0}, readers})} : std::nullopt;
    };
    const auto refused = open(mirror, can(), {}, seed);
    CHECK_STRING("the card sends our own public key back", refused.error().error.what.view());
  }
  LONGS_EQUAL(2, shortened);
}
