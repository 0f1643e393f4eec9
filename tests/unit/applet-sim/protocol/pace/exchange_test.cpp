// Whole runs against a terminal on another crypto library: every mapping, cipher and group.
#include "cicada/applet_sim/protocol/pace/exchange.h"

#include "pace_terminal.h"
#include "scripted_rng.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim;
using namespace cicada::applet_sim::protocol;

namespace {

const Bytes kCan = to_bytes(as_bytes("123456"));
constexpr std::array kModps = {0U, 1U, 2U};
constexpr std::array kCurves = {8U, 9U, 10U, 11U, 12U, 13U, 14U, 15U, 16U, 17U, 18U};

pace::Setup setup_for(const Bytes& oid, unsigned domain, const Bytes& password = kCan) {
  const auto suite = agreement::suite_of(oid).value();
  return {.offer = {.suite = suite, .domain = static_cast<agreement::DomainId>(domain)},
          .k_pi = sm::derive_password_key(suite.cipher, password).value()};
}

}  // namespace

TEST_GROUP(PaceExchange) {
  ReplayRng rng{3};

  /// Both sides from beginning to end; a protected command and its answer prove that they have the same keys.
  pace::Opened run(pace::Exchange & exchange, terminal::Pace & peer) {
    const auto step = [&](const Bytes& data, bool chained) {
      auto answer = exchange.advance(data, chained, rng);
      CHECK_OK(answer);
      return std::move(*answer);
    };
    peer.take_nonce(step(peer.nonce_request(), true).data);
    peer.take_map(step(peer.map_request(), true).data);
    peer.take_agree(step(peer.agree_request(), true).data);
    auto last = step(peer.token_request(), false);
    peer.take_token(last.data);
    CHECK(last.opened.has_value());
    auto messaging = peer.messaging();
    const auto sent = messaging.wrap({.ins = 0xB0, .p1 = 0x9E, .le = 4});
    CHECK_OK(last.opened->session.unwrap_command(apdu::parse_command(sent).value(), {.data = false, .le = true}));
    CHECK_BYTES("60"_hex, messaging.unwrap(last.opened->session.wrap_response({"60"_hex, 0x9000}).value())->data);
    return std::move(*last.opened);
  }
  void run(unsigned family, unsigned cipher, unsigned domain) {
    const auto oid = terminal::pace_oid(family, cipher);
    auto exchange = pace::Exchange::begin(setup_for(oid, domain));
    CHECK_OK(exchange);
    terminal::Pace peer{oid, domain, kCan, 100 * domain + 10 * family + cipher};
    const auto opened = run(*exchange, peer);
    CHECK_BYTES(""_hex, peer.rest);
    CHECK_BYTES(peer.chip_public, opened.chip_key);
    CHECK_FALSE(opened.chip_authenticated);
  }
};

TEST(PaceExchange, maps_generically_on_every_curve_with_every_cipher) {
  for (const auto domain : kCurves) {
    for (unsigned cipher = 1; cipher <= 4; ++cipher) run(2, cipher, domain);
  }
}

TEST(PaceExchange, maps_generically_in_every_prime_field_with_every_cipher) {
  for (const auto domain : kModps) {
    for (unsigned cipher = 1; cipher <= 4; ++cipher) run(1, cipher, domain);
  }
}

TEST(PaceExchange, maps_integratedly_on_every_curve_but_p224) {
  for (const auto domain : kCurves) {
    for (unsigned cipher = 1; cipher <= 4; ++cipher) {
      if (domain != 10) run(4, cipher, domain);
    }
  }
  CHECK_FAULT(Fault::unsupported, pace::Exchange::begin(setup_for(terminal::pace_oid(4, 2), 10)));
}

TEST(PaceExchange, maps_integratedly_in_every_prime_field) {
  for (const auto domain : kModps) {
    for (unsigned cipher = 1; cipher <= 4; ++cipher) run(3, cipher, domain);
  }
}

TEST(PaceExchange, proves_the_chip_with_chip_authentication_mapping_on_every_curve) {
  for (const auto domain : kCurves) {
    for (unsigned cipher = 2; cipher <= 4; ++cipher) {
      const auto oid = terminal::pace_oid(6, cipher);
      const auto group = agreement::Domain::create(static_cast<agreement::DomainId>(domain)).value();
      const auto chip_key = group.random_private_key(rng).value();
      const auto chip_public = group.multiply(chip_key.expose(), group.generator()).value();
      auto setup = setup_for(oid, domain);
      setup.chip_key = chip_key.clone();
      auto exchange = pace::Exchange::begin(std::move(setup));
      CHECK_OK(exchange);
      terminal::Pace peer{oid, domain, kCan, domain};
      CHECK_TRUE(run(*exchange, peer).chip_authenticated);
      CHECK_TRUE(peer.chip_proves(chip_public));
      // Another chip's key is not proved by it.
      CHECK_FALSE(peer.chip_proves(group.generator()));
    }
  }
}

TEST(PaceExchange, says_nothing_of_the_chip_with_another_mapping) {
  const auto oid = terminal::pace_oid(2, 2);
  auto setup = setup_for(oid, 12);
  setup.chip_key = SecretBytes::copy_of(Bytes(32, 1));
  auto exchange = pace::Exchange::begin(std::move(setup));
  terminal::Pace peer{oid, 12, kCan};
  CHECK_FALSE(run(*exchange, peer).chip_authenticated);
  CHECK_BYTES(""_hex, peer.rest);
}

TEST(PaceExchange, names_its_trust_points_behind_the_token) {
  const auto oid = terminal::pace_oid(2, 4);
  auto setup = setup_for(oid, 15);
  setup.certification_authorities = {"AABB"_hex, "CC"_hex};
  auto exchange = pace::Exchange::begin(std::move(setup));
  terminal::Pace peer{oid, 15, kCan};
  static_cast<void>(run(*exchange, peer));
  CHECK_BYTES("8702AABB8801CC"_hex, peer.rest);
  auto three = setup_for(oid, 15);
  three.certification_authorities.resize(3);
  CHECK_FAULT(Fault::bad_input, pace::Exchange::begin(std::move(three)));
}

TEST(PaceExchange, begins_only_with_what_fits_together) {
  CHECK_FAULT(Fault::bad_input, pace::Exchange::begin(setup_for(terminal::pace_oid(2, 2), 0)));   // ECDH, prime field
  CHECK_FAULT(Fault::bad_input, pace::Exchange::begin(setup_for(terminal::pace_oid(1, 2), 12)));  // DH, curve
  CHECK_FAULT(Fault::bad_input, pace::Exchange::begin(setup_for(terminal::ca_oid(2, 2), 12)));
  CHECK_FAULT(Fault::bad_input, pace::Exchange::begin(setup_for(terminal::pace_oid(6, 2), 12)));  // no chip key
  for (const unsigned unknown : {3U, 7U, 19U, 31U, 255U}) {
    CHECK_FAULT(Fault::unsupported, pace::Exchange::begin(setup_for(terminal::pace_oid(2, 2), unknown)));
  }
  auto short_key = setup_for(terminal::pace_oid(2, 4), 12);
  short_key.k_pi = SecretBytes::copy_of(Bytes(16));
  CHECK_FAULT(Fault::bad_input, pace::Exchange::begin(std::move(short_key)));
}

TEST(PaceExchange, keeps_the_leading_zeros_of_secrets_and_survives_those_of_keys) {
  // In the smallest prime field one element of 256 begins with 00; 700 runs meet several on both sides.
  unsigned short_chip_keys = 0;
  const auto oid = terminal::pace_oid(2, 2);
  unsigned zero_secrets = 0;
  for (std::uint64_t seed = 0; seed < 700; ++seed) {
    auto exchange = pace::Exchange::begin(setup_for(oid, 8));
    terminal::Pace peer{oid, 8, kCan, seed};
    const auto opened = run(*exchange, peer);
    const terminal::Group group{8};
    if (opened.chip_key[1] == 0) ++short_chip_keys;
    if (group.agree(peer.eph_key, opened.chip_key)[0] == 0) ++zero_secrets;
  }
  CHECK(short_chip_keys > 0);
  CHECK(zero_secrets > 0);
}

TEST(PaceExchange, sends_prime_field_keys_without_leading_zeros) {
  // A private key whose public key begins with 00 is looked for, and both sides are made to use it.
  const auto group = agreement::Domain::create(0).value();
  const auto oid = terminal::pace_oid(1, 2);
  Bytes key(20);
  Bytes element;
  for (unsigned k = 2; element.empty(); ++k) {
    key[18] = static_cast<std::uint8_t>(k >> 8U);
    key[19] = static_cast<std::uint8_t>(k);
    auto candidate = group.multiply(key, group.generator()).value();
    if (candidate[0] == 0) element = std::move(candidate);
  }
  auto exchange = pace::Exchange::begin(setup_for(oid, 0));
  terminal::ScriptedRng scripted{concat({Bytes(16, 0x5A), key, Bytes(20, 0x11)})};
  CHECK_OK(exchange->advance("7C00"_hex, true, scripted));
  const auto answer = exchange->advance(terminal::tlv(0x7C, terminal::tlv(0x81, group.generator())), true, scripted);
  CHECK_OK(answer);
  auto shortest = element;
  shortest.erase(shortest.begin(), std::ranges::find_if(shortest, [](std::uint8_t octet) { return octet != 0; }));
  CHECK_BYTES(terminal::tlv(0x7C, terminal::tlv(0x82, shortest)), answer->data);
  // A terminal may do either.
  for (const auto& form : {element, shortest}) {
    auto other = pace::Exchange::begin(setup_for(oid, 0));
    CHECK_OK(other->advance("7C00"_hex, true, rng));
    CHECK_OK(other->advance(terminal::tlv(0x7C, terminal::tlv(0x81, form)), true, rng));
  }
}

TEST(PaceExchange, draws_another_nonce_and_other_keys_in_every_run) {
  std::set<Bytes> seen;
  const auto oid = terminal::pace_oid(2, 2);
  for (int i = 0; i < 20; ++i) {
    auto exchange = pace::Exchange::begin(setup_for(oid, 12));
    terminal::Pace peer{oid, 12, kCan};
    auto nonce = exchange->advance("7C00"_hex, true, rng).value().data;
    peer.take_nonce(nonce);
    auto mapped = exchange->advance(peer.map_request(), true, rng).value().data;
    CHECK(seen.insert(nonce).second);
    CHECK(seen.insert(mapped).second);
  }
}
