#include "cicada/host/perso/run.h"

#include <deque>

#include "cicada/host/transport/loopback.h"
#include "vectors.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
namespace vectors = cicada::tests::vectors;
using base::Bytes;
using base::ByteView;
using base::Fault;
using host::perso::Plan;
using vectors::octets;

namespace {

/// The session of tests/vectors/scp03.json that was made for us: keys, challenge and the card's answers.
const nlohmann::json& session() {
  static const auto kSession = vectors::all("scp03.json").back().at("data");
  return kSession;
}

class ChallengeRng final : public base::Rng {
 public:
  base::Result<void> fill(base::MutableByteView out) override {
    std::ranges::copy(octets(session(), "host_challenge"), out.begin());
    return {};
  }
};

base::Result<host::gp::StaticKeys> keys(const host::gp::ChipSerial&) {
  const auto enc = octets(session(), "k_enc");
  const auto mac = octets(session(), "k_mac");
  host::gp::StaticKeys found;
  found.k_enc = host::gp::KEnc{ByteView{enc}.first<16>()};
  found.k_mac = host::gp::KMac{ByteView{mac}.first<16>()};
  return found;
}

}  // namespace

/// A card that answers from a list.
TEST_GROUP(Run) {
  std::deque<Bytes> answers;
  std::size_t commands = 0;
  host::transport::LoopbackTransport transport{[this](ByteView) {
    ++commands;
    if (answers.empty()) return Bytes{};
    auto answer = answers.front();
    answers.pop_front();
    return answer;
  }};
  host::iso7816::Channel channel{transport};
  ChallengeRng rng;

  base::Result<host::gp::Scp03> open(std::deque<Bytes> with) {
    answers = std::move(with);
    return host::perso::open_for_personalization(channel, keys, rng);
  }

  Bytes update_answer() {
    return base::concat({octets(session(), "initialize_update_answer"), "9000"_hex});
  }

  /// The first two commands of the recorded session, as a plan in the dialect.
  Plan plan() {
    Plan made{.dialect = "cicada-1"};
    for (std::size_t i = 0; i < 2; ++i) {
      const auto apdu = octets(session().at("exchanges").at(i), "command");
      made.steps.emplace_back("UPDATE BINARY DG" + std::to_string(i + 1),
                              host::iso7816::CommandApdu{.cla = apdu[0],
                                                         .ins = apdu[1],
                                                         .p1 = apdu[2],
                                                         .p2 = apdu[3],
                                                         .data = base::to_bytes(ByteView{apdu}.subspan(5))});
    }
    return made;
  }
};

TEST(Run, says_that_a_locked_card_is_locked) {
  const auto opened = open({"6D00"_hex});
  CHECK_FAULT(Fault::conflict, opened);
  CHECK_STRING("this card is locked: it was personalized for good (sw 6D00): take a blank card",
               opened.error().describe());
}

TEST(Run, says_that_the_transport_key_is_wrong_and_does_not_try_again) {
  auto wrong = update_answer();
  wrong[21] ^= 0x01;
  const auto opened = open({wrong, "9000"_hex});
  CHECK_FAULT(Fault::security, opened);
  CHECK_STRING(
      "the chip does not have the transport keys that were given (GP Amendment D §6.2.2.2): check that this is the "
      "master "
      "key of this batch of chips; trying again cannot help",
      opened.error().describe());
  LONGS_EQUAL(1, commands);
}

TEST(Run, tells_other_refusals_to_open_apart) {
  CHECK_STRING("the card has no transport keys of this version (sw 6A88)", open({"6A88"_hex}).error().describe());
  CHECK_STRING(
      "the card's sequence counter is used up (sw 6985): the chip cannot be personalized any more; take another card",
      open({"6985"_hex}).error().describe());
  CHECK_STRING("the chip refused INITIALIZE UPDATE (sw 6F00, GP Amendment D §7.1.1)",
               open({"6F00"_hex}).error().describe());
  CHECK_FAULT(Fault::card_removed, open({}));
}

TEST(Run, sends_the_steps_in_order_and_tells_how_far_it_is) {
  auto opened = open({update_answer(), "9000"_hex});
  CHECK_OK(opened);
  answers = {octets(session().at("exchanges").at(0), "protected"),
             octets(session().at("exchanges").at(1), "protected")};
  std::string told;
  const auto report =
      host::perso::run(plan(), *opened, [&](std::size_t done, std::size_t total, std::string_view label) {
        told += std::to_string(done) + "/" + std::to_string(total) + " " + std::string{label} + "; ";
      });
  CHECK(report.has_value());
  LONGS_EQUAL(2, report->steps);
  LONGS_EQUAL(16, report->octets);
  CHECK_STRING("0/2 UPDATE BINARY DG1; 1/2 UPDATE BINARY DG2; 2/2 ; ", told);
}

TEST(Run, sends_the_steps_of_some_phases_and_counts_those_alone) {
  using host::perso::Phase;
  auto opened = open({update_answer(), "9000"_hex});
  CHECK_OK(opened);
  auto made = plan();
  for (const auto phase : {Phase::personalize, Phase::lock}) {
    made.steps.emplace_back("SET STATUS", host::iso7816::CommandApdu{.cla = 0x84, .ins = 0xF0},
                            std::vector<host::perso::OctetRange>{}, phase);
  }
  answers = {octets(session().at("exchanges").at(0), "protected"), octets(session().at("exchanges").at(1), "protected"),
             "6985"_hex};
  const auto report = host::perso::run(made, *opened, {}, {.last = Phase::content});
  CHECK(report.has_value());
  LONGS_EQUAL(2, report->steps);
  LONGS_EQUAL(1, answers.size());
  // Where it stops is said in steps of the whole plan.
  std::string told;
  const auto refused = host::perso::run(made, *opened,
                                        [&](std::size_t done, std::size_t total, std::string_view) {
                                          told += std::to_string(done) + "/" + std::to_string(total) + " ";
                                        },
                                        {.first = Phase::lock, .last = Phase::lock});
  CHECK(!refused.has_value());
  LONGS_EQUAL(3, refused.error().step);
  CHECK_STRING("0/1 ", told);
}

TEST(Run, stops_at_the_first_step_that_the_card_refuses_and_names_it) {
  auto opened = open({update_answer(), "9000"_hex});
  CHECK_OK(opened);
  commands = 0;
  answers = {"6A84"_hex, "9000"_hex};
  const auto report = host::perso::run(plan(), *opened);
  CHECK(!report.has_value());
  CHECK_STRING(
      "step 0 (UPDATE BINARY DG1): the card refused the command (sw 6A84): the data runs over the end of the file",
      report.error().describe());
  LONGS_EQUAL(1, commands);
}

TEST(Run, goes_on_when_the_card_says_that_a_step_was_done_before) {
  auto opened = open({update_answer(), "9000"_hex});
  CHECK_OK(opened);
  commands = 0;
  auto twice = plan();
  for (auto& step : twice.steps) step.set_already(0x6A84);
  answers = {"6A84"_hex, "6A88"_hex};
  const auto report = host::perso::run(twice, *opened);
  CHECK(!report.has_value());
  LONGS_EQUAL(0x6A88, report.error().error.sw);
  LONGS_EQUAL(1, report.error().step);
  LONGS_EQUAL(2, commands);
}

TEST(Run, does_not_take_a_warning_for_success) {
  auto opened = open({update_answer(), "9000"_hex});
  CHECK_OK(opened);
  const auto& exchanges = session().at("exchanges");
  const auto command = [&](std::size_t i) {
    const auto apdu = octets(exchanges.at(i), "command");
    host::iso7816::CommandApdu made{.cla = apdu[0], .ins = apdu[1], .p1 = apdu[2], .p2 = apdu[3]};
    if (apdu.size() > 5) made.data = base::to_bytes(ByteView{apdu}.subspan(5));
    return made;
  };
  constexpr std::size_t kWarning = 6;  // answers 6282
  for (std::size_t i = 0; i < kWarning; ++i) {
    answers = {octets(exchanges.at(i), "protected")};
    CHECK_OK(opened->transmit(command(i)));
  }
  Plan made{.dialect = "cicada-1"};
  made.steps.emplace_back("SET STATUS", command(kWarning));
  answers = {octets(exchanges.at(kWarning), "protected")};
  const auto report = host::perso::run(made, *opened);
  CHECK(!report.has_value());
  LONGS_EQUAL(0x6282, report.error().error.sw);
}

TEST(Run, stops_when_the_card_goes_or_lies) {
  auto gone = open({update_answer(), "9000"_hex});
  CHECK_OK(gone);
  answers = {};
  const auto removed = host::perso::run(plan(), *gone);
  CHECK(!removed.has_value());
  CHECK_STRING(base::to_string(Fault::card_removed), base::to_string(removed.error().error.fault));

  auto lied_to = open({update_answer(), "9000"_hex});
  CHECK_OK(lied_to);
  answers = {"9000"_hex};  // success without a MAC
  const auto lie = host::perso::run(plan(), *lied_to);
  CHECK(!lie.has_value());
  CHECK_STRING(base::to_string(Fault::security), base::to_string(lie.error().error.fault));
}
