// A session that ends in the middle takes the terminal's rights with it: they are won again, so that DG3 is read.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "cicada/applet_sim/kernel/card.h"
#include "cicada/applet_sim/misbehave/catalogue.h"
#include "cicada/applet_sim/misbehave/misbehaviour.h"
#include "cicada/applet_sim/nvm/storage.h"
#include "cicada/host/inspect/reader.h"
#include "cicada/host/transport/loopback.h"
#include "documents.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base;
namespace misbehave = cicada::applet_sim::misbehave;
using host::auth::CheckName;
using host::auth::CheckResult;
using host::inspect::Inspection;
using host::lds::Ef;

namespace {

/// An answer that no session survives, to reads of `file`: from the `nth` on, or that one only.
std::vector<misbehave::Fault> ending_at(std::string_view file, unsigned nth, bool for_ever = false) {
  const auto text = fmt::format(
      "[[quirk]]\nname = \"ends\"\ntitle = \"t\"\nclause = \"c\"\nneeds = [\"ta\"]\n"
      "[[quirk.act]]\non = \"wire\"\nat = \"read:{}\"\n{}do = \"answer\"\nstatus = 0x6988\n",
      file, for_ever ? "" : fmt::format("nth = {}\n", nth));
  auto parsed = misbehave::parse_catalogue(text, "here");
  if (!parsed) FAIL(parsed.error().text.c_str());
  return *std::move(parsed);
}

Result<Inspection> read(const tests::ChipDocument& document, std::vector<misbehave::Fault> faults,
                        bool by_bac = false) {
  ReplayRng card_rng{7};
  const SystemClock clock;
  auto card =
      applet_sim::kernel::Card::create_personalized(
          {.rng = card_rng, .clock = clock}, std::make_unique<applet_sim::nvm::MemoryStorage>(), document.content)
          .value();
  misbehave::Misbehaviour misbehaviour{std::move(faults), card_rng};
  CHECK_OK(card->install(misbehaviour));
  card->power_on();
  host::transport::LoopbackTransport slot{[&card](ByteView command) { return card->process(command); }};
  host::iso7816::Channel channel{slot};
  auto credentials = document.credentials();
  if (by_bac) credentials.only_bac();
  host::inspect::InspectionOptions options{.credentials = std::move(credentials)};
  options.verifier = document.verifier;
  options.judge.trust = document.trust;
  ReplayRng rng{11};
  auto inspection = host::inspect::inspect(channel, options, rng, clock);
  if (!misbehaviour.struck()) FAIL("no session was ended");
  return inspection;
}

void check_complete(const Inspection& inspection) {
  for (const auto name : {CheckName::chip_authentication, CheckName::terminal_authentication, CheckName::dg_hashes}) {
    const auto* const check = inspection.verdict.find(name);
    if (check->result != CheckResult::passed) FAIL(check->reason.c_str());
  }
  CHECK(inspection.files.contains(Ef::dg3));
  CHECK(inspection.unread.empty());
  CHECK(std::ranges::find(inspection.notes, "session-restarted") != inspection.notes.end());
}

}  // namespace

TEST_GROUP(RightsAfterARestart){};

TEST(RightsAfterARestart, are_won_again_before_dg3_and_at_it) {
  for (const auto& [file, nth] : {std::pair{"DG2", 1U}, std::pair{"DG2", 2U}, std::pair{"DG3", 1U}}) {
    const auto inspection = read(tests::document_for("ta"), ending_at(file, nth));
    CHECK_OK(inspection);
    CHECK_STRING("PACE", inspection->access_protocol);
    check_complete(*inspection);
  }
}

TEST(RightsAfterARestart, are_won_again_after_chip_authentication_mapping) {
  for (const auto* const file : {"DG2", "DG3"}) {
    const auto inspection = read(tests::document_for("ta-cam"), ending_at(file, 1));
    CHECK_OK(inspection);
    check_complete(*inspection);
  }
}

TEST(RightsAfterARestart, are_won_again_over_bac) {
  const auto inspection = read(tests::document_for("ta"), ending_at("DG3", 1), true);
  CHECK_OK(inspection);
  CHECK_STRING("BAC", inspection->access_protocol);
  CHECK(inspection->files.contains(Ef::dg3));
}

TEST(RightsAfterARestart, are_not_needed_before_they_were_won) {
  const auto inspection = read(tests::document_for("ta"), ending_at("DG1", 1));
  CHECK_OK(inspection);
  check_complete(*inspection);
}

TEST(RightsAfterARestart, are_given_up_when_the_caps_are_reached) {
  const auto inspection = read(tests::document_for("ta"), ending_at("DG3", 0, true));
  CHECK_FAULT(Fault::session_dead, inspection);
}
