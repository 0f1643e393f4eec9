#include "cicada/host/perso/plan.h"

#include <type_traits>

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using host::perso::Plan;
using host::perso::Step;

static_assert(!std::is_copy_constructible_v<Step> && !std::is_copy_assignable_v<Step>);

TEST_GROUP(Plan){};

TEST(Plan, is_printed_a_line_a_step_with_secrets_masked) {
  Plan plan;
  plan.steps.emplace_back("SELECT MF", host::iso7816::CommandApdu{.cla = 0x84, .ins = 0xA4, .p1 = 0x00, .p2 = 0x0C});
  plan.steps.emplace_back(
      "PUT DATA keys", host::iso7816::CommandApdu{.cla = 0x84, .ins = 0xDA, .p2 = 0x62, .data = "8002AABB8101CC"_hex},
      std::vector<host::perso::OctetRange>{{.offset = 2, .size = 2}, {.offset = 6, .size = 1}});
  plan.steps.emplace_back("GET DATA", host::iso7816::CommandApdu{.cla = 0x84, .ins = 0xCA, .ne = 256});
  CHECK_STRING(
      "00:  SELECT MF                             84 A4 00 0C\n"
      "01:  PUT DATA keys                         84 DA 00 62 07 80 02 ** ** 81 01 **\n"
      "02:  GET DATA                              84 CA 00 00 00\n",
      host::perso::to_text(plan));
}

TEST(Plan, that_is_empty_prints_nothing) {
  CHECK_STRING("", host::perso::to_text(Plan{}));
}

TEST(Plan, names_its_phases) {
  using host::perso::Phase;
  CHECK_STRING("content", host::perso::to_string(Phase::content));
  CHECK_STRING("personalize", host::perso::to_string(Phase::personalize));
  CHECK_STRING("lock", host::perso::to_string(Phase::lock));
  constexpr host::perso::PhaseRange kBeforeLock{.last = Phase::personalize};
  static_assert(kBeforeLock.has(Phase::content) && kBeforeLock.has(Phase::personalize) &&
                !kBeforeLock.has(Phase::lock));
}
