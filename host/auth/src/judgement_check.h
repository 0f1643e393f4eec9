// A judgement of host/pki as a check of the verdict. Private to the room.
#pragma once

#include "cicada/host/auth/verdict.h"
#include "cicada/host/pki/path.h"

namespace cicada::host::auth {

inline Check to_check(CheckName name, const pki::Judgement& judgement) {
  const auto result = judgement.state == pki::Judgement::State::good  ? CheckResult::passed
                      : judgement.state == pki::Judgement::State::bad ? CheckResult::failed
                                                                      : CheckResult::not_checked;
  return {.check = name,
          .result = result,
          .reason = judgement.reason,
          .clause = judgement.clause.empty() ? std::string{clause_of(name)} : judgement.clause,
          .deviations = judgement.deviations};
}

}  // namespace cicada::host::auth
