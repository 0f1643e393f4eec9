// Faults at work in a card, seen from the wire: where they reach, when they strike, and what stays as it was.
#include "cicada/applet_sim/kernel/hooks.h"
#include "cards.h"
#include "cicada/applet_sim/misbehave/catalogue.h"
#include "cicada/applet_sim/misbehave/misbehaviour.h"

#include "harness.h"

using namespace cicada::applet_sim;
using namespace cicada::base;
using namespace cicada::base::literals;
using misbehave::Misbehaviour;

namespace {

/// The faults of a catalogue with one fault that has these actions.
std::vector<misbehave::Fault> faults_of(std::string_view acts) {
  const auto parsed = misbehave::parse_catalogue(
      "[[quirk]]\nname = \"one\"\ntitle = \"One.\"\nclause = \"-\"\n" + std::string{acts}, "test.toml");
  if (!parsed) FAIL(parsed.error().text.c_str());
  return *parsed;
}

terminal::Command read(std::uint8_t sfi, unsigned le = 5) {
  return {.ins = 0xB0, .p1 = static_cast<std::uint8_t>(0x80U | sfi), .le = le};
}

/// All that a card says to a whole visit.
std::vector<Bytes> visit(cards::Bench& bench) {
  std::vector<Bytes> answers;
  const terminal::Wire wire = [&](ByteView command) {
    answers.push_back(bench.send(command));
    return answers.back();
  };
  (void)wire("00A4000C"_hex);
  (void)wire("00B09C0000"_hex);
  (void)wire("00A4040C07A0000002471001"_hex);
  auto session = terminal::bac(wire, cards::access_keys());
  for (const auto sfi : std::initializer_list<std::uint8_t>{0x1E, 0x01, 0x02, 0x03, 0x0F})
    (void)session.transmit(wire, read(sfi));
  (void)session.transmit(wire, {.ins = 0xB1, .p2 = 0x02, .data = "540112"_hex, .le = 40});
  (void)wire("0084000008"_hex);
  (void)wire("FFFF"_hex);
  return answers;
}

}  // namespace

TEST_GROUP(Hooks) {
  cards::Bench bench;
  ReplayRng rng{5};
  std::unique_ptr<Misbehaviour> misbehaviour;

  void setup() override {
    bench.use(cards::pace_content());
  }
  void install(std::string_view acts) {
    misbehaviour = std::make_unique<Misbehaviour>(faults_of(acts), rng);
    CHECK_OK(bench.card->install(*misbehaviour));
    bench.card->power_on();
  }
  void expect_not_installed(std::string_view acts) {
    misbehaviour = std::make_unique<Misbehaviour>(faults_of(acts), rng);
    CHECK_FAULT(Fault::not_found, bench.card->install(*misbehaviour));
  }
  [[nodiscard]] unsigned plain(ByteView command) {
    return terminal::split(bench.send(command)).sw;
  }
};

TEST(Hooks, that_do_nothing_change_no_octet) {
  cards::Bench other;
  other.use(cards::pace_content());
  kernel::Hooks nothing;
  CHECK_OK(other.card->install(nothing));
  other.card->power_on();
  const auto expected = visit(bench);
  const auto answers = visit(other);
  LONGS_EQUAL(expected.size(), answers.size());
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK_BYTES(expected.at(i), answers.at(i));
  CHECK_BYTES(bench.memory(), other.memory());
}

TEST(Hooks, answer_in_the_place_of_the_applet_and_under_secure_messaging) {
  install("[[quirk.act]]\nat = \"read:DG1\"\ndo = \"answer\"\non = \"command\"\nstatus = 0x6A82\noctets = \"0102\"");
  CHECK(!misbehaviour->struck());
  auto session = bench.open_session();
  const auto other = session.transmit(bench.wire(), read(0x1E));
  LONGS_EQUAL(0x9000, other.sw);
  CHECK(!misbehaviour->struck());
  const auto answer = session.transmit(bench.wire(), read(0x01));
  CHECK(session.secured);
  LONGS_EQUAL(0x6A82, answer.sw);
  CHECK_BYTES("0102"_hex, answer.data);
  CHECK(misbehaviour->struck());
}

TEST(Hooks, answer_on_the_wire_without_the_card_knowing) {
  install("[[quirk.act]]\nat = \"read:DG1\"\nnth = 1\ndo = \"answer\"\non = \"wire\"\nstatus = 0x9000");
  auto session = bench.open_session();
  const auto lost = session.wrap(read(0x01));
  CHECK_BYTES("9000"_hex, bench.send(lost));
  // The card has not counted it: the same command is the next one for it.
  const auto answer = session.unwrap(bench.send(lost));
  CHECK(answer.has_value());
  LONGS_EQUAL(0x9000, answer->sw);
}

TEST(Hooks, count_from_the_moment_the_power_comes) {
  install("[[quirk.act]]\nat = \"select-mf\"\nnth = 2\ndo = \"status\"\nstatus = 0x6D00");
  for (int round = 0; round < 2; ++round) {
    LONGS_EQUAL(0x9000, plain("00A4000C"_hex));
    LONGS_EQUAL(0x6D00, plain("00A4000C"_hex));
    LONGS_EQUAL(0x9000, plain("00A4000C"_hex));
    bench.card->reset();
  }
}

TEST(Hooks, wait_for_the_step_that_comes_before) {
  install(
      "[[quirk.act]]\nat = \"any\"\nafter = \"bac-auth\"\nnth = 1\ndo = \"answer\"\non = \"wire\"\nstatus = 0x6F00");
  LONGS_EQUAL(0x9000, plain("00A4000C"_hex));
  auto session = bench.open_session();
  CHECK_BYTES("6F00"_hex, bench.send(session.wrap(read(0x01))));
}

TEST(Hooks, see_the_le_that_is_inside_and_the_form_that_is_outside) {
  install("[[quirk.act]]\nat = \"read\"\nle-above = 16\ndo = \"answer\"\non = \"command\"\nstatus = 0x6700");
  auto session = bench.open_session();
  LONGS_EQUAL(0x9000, session.transmit(bench.wire(), read(0x02, 16)).sw);
  LONGS_EQUAL(0x6700, session.transmit(bench.wire(), read(0x02, 17)).sw);
  install("[[quirk.act]]\nat = \"select-mf\"\nextended = true\ndo = \"answer\"\non = \"wire\"\nstatus = 0x6700");
  LONGS_EQUAL(0x9000, plain("00A4000C"_hex));
  LONGS_EQUAL(0x6700, plain("00A4000C0000023F00"_hex));
}

TEST(Hooks, hold_an_answer_back_for_get_response) {
  install("[[quirk.act]]\nat = \"bac-challenge\"\ndo = \"hold-back\"");
  CHECK_BYTES("9000"_hex, bench.send("00A4040C07A0000002471001"_hex));
  CHECK_BYTES("6108"_hex, bench.send("0084000008"_hex));
  LONGS_EQUAL(10, bench.send("00C0000008"_hex).size());
  CHECK_BYTES("6D00"_hex, bench.send("00C0000008"_hex));
}

TEST(Hooks, tell_how_long_an_answer_takes) {
  install("[[quirk.act]]\nat = \"select-mf\"\ndo = \"stall\"\nmilliseconds = 700");
  LONGS_EQUAL(0x9000, plain("00A4000C"_hex));
  LONGS_EQUAL(700, bench.card->pending_delay().count());
  LONGS_EQUAL(0x9000, plain("00B09C0001"_hex));
  LONGS_EQUAL(0, bench.card->pending_delay().count());
}

TEST(Hooks, change_files_and_leave_the_memory_alone) {
  const auto before = bench.memory();
  const auto first = bench.send("00B09C0005"_hex);
  install(
      "[[quirk.act]]\non = \"file\"\nfile = \"EF.CardAccess\"\ndo = \"flip\"\noffset = 0\n"
      "[[quirk.act]]\non = \"file\"\nfile = \"DG1\"\ndo = \"remove\"");
  CHECK(misbehaviour->struck());
  CHECK_BYTES(before, bench.memory());
  LONGS_EQUAL(first.front() ^ 1U, bench.send("00B09C0005"_hex).front());
  auto session = bench.open_session();
  LONGS_EQUAL(0x6A82, session.transmit(bench.wire(), read(0x01)).sw);
  LONGS_EQUAL(0x9000, session.transmit(bench.wire(), read(0x02)).sw);
  bench.reopen();
  CHECK_BYTES(first, bench.send("00B09C0005"_hex));
}

TEST(Hooks, do_not_fit_a_card_that_lacks_what_they_are_about) {
  expect_not_installed("[[quirk.act]]\non = \"file\"\nfile = \"DG16\"\ndo = \"exchange\"\nwith = \"DG5\"");
  expect_not_installed("[[quirk.act]]\non = \"file\"\nfile = \"DG1\"\ndo = \"truncate\"\ncount = 60000");
  expect_not_installed("[[quirk.act]]\non = \"card\"\ndo = \"replace-key\"\nwhat = \"active-key\"");
  bench.use(cards::content());
  expect_not_installed("[[quirk.act]]\non = \"card\"\ndo = \"replace-key\"\nwhat = \"chip-key\"");
  expect_not_installed("[[quirk.act]]\non = \"card\"\ndo = \"replace-key\"\nwhat = \"passwords\"");
}

TEST(Hooks, never_end_a_file) {
  install("[[quirk.act]]\nat = \"read\"\ndo = \"endless\"");
  auto session = bench.open_session();
  LONGS_EQUAL(0x9000, session.transmit(bench.wire(), read(0x02)).sw);
  const auto beyond = session.transmit(bench.wire(), {.ins = 0xB0, .p1 = 0x7F, .p2 = 0xFF, .le = 30});
  LONGS_EQUAL(0x9000, beyond.sw);
  CHECK_BYTES(Bytes(30), beyond.data);
  const auto odd = session.transmit(bench.wire(), {.ins = 0xB1, .data = "540300FFFF"_hex, .le = 30});
  LONGS_EQUAL(0x9000, odd.sw);
  CHECK_BYTES(terminal::tlv(0x53, Bytes(28)), odd.data);
}
