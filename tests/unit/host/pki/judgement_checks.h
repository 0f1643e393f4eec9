// Checks on judgements. Include after harness.h's includes, before its use.
#pragma once

#include <algorithm>
#include <string>

#include "cicada/host/pki/path.h"

/// The judgement must have this state and say this in its reason.
#define CHECK_JUDGED(wanted_state, part, judgement)                                        \
  do {                                                                                     \
    const auto& cicada_judged = (judgement);                                               \
    CHECK_TEXT(cicada_judged.state == ::cicada::host::pki::Judgement::State::wanted_state, \
               ("not " #wanted_state ": " + cicada_judged.reason).c_str());                \
    CHECK_TEXT(cicada_judged.reason.find(part) != std::string::npos,                       \
               ("another reason: " + cicada_judged.reason).c_str());                       \
    CHECK_TEXT(!cicada_judged.clause.empty(), "a judgement without a clause");             \
  } while (false)

/// Good, and with exactly these deviations in any order.
#define CHECK_TOLERATED(judgement, ...)                                                                                \
  do {                                                                                                                 \
    const auto& cicada_judged = (judgement);                                                                           \
    CHECK_TEXT(cicada_judged.good(), cicada_judged.reason.c_str());                                                    \
    std::vector<std::string> cicada_wanted{__VA_ARGS__};                                                               \
    auto cicada_noted = cicada_judged.deviations;                                                                      \
    std::ranges::sort(cicada_wanted);                                                                                  \
    std::ranges::sort(cicada_noted);                                                                                   \
    CHECK_TEXT(cicada_wanted == cicada_noted,                                                                          \
               (cicada_noted.empty() ? std::string{"no deviation noted"} : "noted: " + cicada_noted.front()).c_str()); \
  } while (false)
