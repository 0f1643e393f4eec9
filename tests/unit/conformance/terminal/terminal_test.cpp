#include "cicada/conformance/terminal/terminal.h"

#include "cicada/base/rng.h"
#include "fake_card.h"
#include "fake_target.h"
#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::test;
using cicada::conformance::model::Tamper;
using cicada::conformance::terminal::KeyKind;
using cicada::conformance::terminal::Session;
using cicada::conformance::terminal::Terminal;

namespace {

const Bytes kEnc(16, 0x31);
const Bytes kMac(16, 0x57);

Session session() {
  return Session::create(KeyKind::tdes, SecretBytes::copy_of(kEnc), SecretBytes::copy_of(kMac), Bytes(8)).value();
}

}  // namespace

TEST_GROUP(TestTerminal) {
  ReplayRng rng{1};
  std::function<Bytes(ByteView)> card = [](ByteView) { return "9000"_hex; };
  FakeTarget target{[this](ByteView command) { return card(command); }};
  Terminal terminal{target, rng};
};

TEST(TestTerminal, sends_octets_as_they_stand_and_follows_nothing) {
  Bytes got;
  card = [&](ByteView command) {
    got = to_bytes(command);
    return "6C10"_hex;
  };
  const auto response = terminal.send("FF"_hex, "nonsense");
  CHECK_OK(response);
  CHECK_BYTES("FF"_hex, got);
  LONGS_EQUAL(0x6C10, response->sw);
  const auto log = terminal.take_log();
  LONGS_EQUAL(1, log.size());
  CHECK_BYTES("FF"_hex, log[0].command);
  CHECK_BYTES("6C10"_hex, log[0].response);
  CHECK_STRING("nonsense", log[0].note);
  CHECK(terminal.take_log().empty());
}

TEST(TestTerminal, writes_down_a_command_that_nobody_answered) {
  card = [](ByteView) { return Bytes{}; };
  CHECK_FAULT(Fault::card_removed, terminal.send("00B0000000"_hex));
  const auto log = terminal.take_log();
  LONGS_EQUAL(1, log.size());
  CHECK_BYTES(""_hex, log[0].response);
}

TEST(TestTerminal, protects_nothing_without_a_session) {
  CHECK_FAULT(Fault::conflict, terminal.protect({.ins = 0xB0, .ne = 1}));
  CHECK(terminal.take_log().empty());
}

TEST(TestTerminal, shows_beside_the_wire_what_was_meant) {
  CardSm sm{false, kEnc, kMac, Bytes(8)};
  card = [&](ByteView) {
    sm.count();
    return sm.wrap({.data = "60"_hex});
  };
  terminal.open(session());
  const auto seen = terminal.protect({.ins = 0xB0, .p1 = 0x9E, .ne = 1}, {}, "EF.COM");
  CHECK_OK(seen);
  CHECK_BYTES("60"_hex, seen->data);
  const auto log = terminal.take_log();
  CHECK_BYTES("00B09E0001"_hex, log[0].plain_command);
  CHECK_BYTES("609000"_hex, log[0].plain_response);
  CHECK_STRING("EF.COM", log[0].note);
}

TEST(TestTerminal, names_its_own_tampering_and_what_is_wrong_with_the_answer) {
  card = [](ByteView) { return "990290009000"_hex; };
  terminal.open(session());
  CHECK_OK(terminal.protect({.ins = 0xB0, .ne = 1}, std::vector{Tamper::drop_le, Tamper::flip_mac}, "read"));
  CHECK_OK(terminal.protect({.ins = 0xB0, .ne = 1}, std::vector{Tamper::flip_mac}));
  CHECK_OK(terminal.protect({.ins = 0xB0, .ne = 1}));
  const auto log = terminal.take_log();
  CHECK_STRING("read, tampered: drop-le flip-mac, answer: DO'8E' is missing", log[0].note);
  CHECK_STRING("tampered: flip-mac, answer: DO'8E' is missing", log[1].note);
  CHECK_STRING("answer: DO'8E' is missing", log[2].note);
  CHECK_BYTES(""_hex, log[0].plain_response);
}

TEST(TestTerminal, sends_nothing_when_a_tampering_has_nothing_to_change) {
  terminal.open(session());
  CHECK_FAULT(Fault::bad_input, terminal.protect({.ins = 0xA4}, std::vector{Tamper::drop_le}));
  CHECK(terminal.take_log().empty());
}

TEST(TestTerminal, keeps_its_session_after_a_plain_answer) {
  card = [](ByteView) { return "6988"_hex; };
  terminal.open(session());
  const auto seen = terminal.protect({.ins = 0xB0, .ne = 1});
  CHECK(!seen->secured);
  CHECK(terminal.has_session());
}

TEST(TestTerminal, transmits_as_the_moment_is) {
  Bytes got;
  card = [&](ByteView command) {
    got = to_bytes(command);
    return "6982"_hex;
  };
  CHECK(!terminal.transmit({.ins = 0xB0, .ne = 1})->secured);
  LONGS_EQUAL(0x00, got[0]);
  terminal.open(session());
  CHECK_OK(terminal.transmit({.ins = 0xB0, .ne = 1}));
  LONGS_EQUAL(0x0C, got[0]);
}

TEST(TestTerminal, forgets_its_session_with_the_power) {
  terminal.open(session());
  CHECK_OK(terminal.reset());
  CHECK(!terminal.has_session());
  LONGS_EQUAL(1, target.resets);
  terminal.open(session());
  target.on_reset = [] { return fail({.fault = Fault::card_removed, .what = "gone"}); };
  CHECK_FAULT(Fault::card_removed, terminal.reset());
  CHECK(!terminal.has_session());
}

TEST(TestTerminal, ends_a_case_that_exchanges_for_ever) {
  for (std::size_t i = 0; i < Terminal::kMaxExchanges; ++i) CHECK_OK(terminal.send("00B0000000"_hex));
  CHECK_FAULT(Fault::limit, terminal.send("00B0000000"_hex));
  LONGS_EQUAL(Terminal::kMaxExchanges, terminal.take_log().size());
  CHECK_OK(terminal.send("00B0000000"_hex));
}
