#include "cicada/applet_sim/apdu/sw.h"

#include <algorithm>
#include <array>

namespace cicada::applet_sim::apdu::sw {
namespace {

constexpr std::array kAll = {
    Named{k9000Ok, "ok"},
    Named{k6282EndOfFile, "end of file before Ne octets"},
    Named{k6283CardLocked, "card locked"},
    Named{k6300AuthenticationFailed, "authentication failed"},
    Named{k6310MoreData, "more data available"},
    Named{k63C0NoTriesLeft, "wrong password, number of tries left"},
    Named{k6581MemoryFailure, "memory failure"},
    Named{k6700WrongLength, "wrong length"},
    Named{k6881ChannelNotSupported, "logical channel not supported"},
    Named{k6882SecureMessagingNotSupported, "secure messaging not supported"},
    Named{k6883LastCommandExpected, "last command of the chain expected"},
    Named{k6884ChainingNotSupported, "command chaining not supported"},
    Named{k6982SecurityStatusNotSatisfied, "security status not satisfied"},
    Named{k6983AuthenticationMethodBlocked, "authentication method blocked"},
    Named{k6985ConditionsNotSatisfied, "conditions of use not satisfied"},
    Named{k6986NoCurrentEf, "no current EF"},
    Named{k6987SmObjectMissing, "secure messaging object missing"},
    Named{k6988SmObjectIncorrect, "secure messaging object incorrect"},
    Named{k6A80IncorrectData, "incorrect data"},
    Named{k6A81FunctionNotSupported, "function not supported"},
    Named{k6A82FileNotFound, "file not found"},
    Named{k6A84NotEnoughMemory, "not enough memory"},
    Named{k6A86IncorrectP1P2, "incorrect P1 P2"},
    Named{k6A88ReferencedDataNotFound, "referenced data not found"},
    Named{k6A89FileExists, "file exists already"},
    Named{k6B00WrongOffset, "offset outside the file"},
    Named{k6D00InsNotSupported, "instruction not supported"},
    Named{k6E00ClaNotSupported, "class not supported"},
    Named{k6F00NoDiagnosis, "no precise diagnosis"},
    Named{k9484AlgorithmNotSupported, "algorithm not supported"},
    Named{k9485WrongCheckValue, "wrong key check value"},
};

}  // namespace

std::span<const Named> all() noexcept {
  return kAll;
}

std::string_view name(StatusWord number) noexcept {
  if (number > k63C0NoTriesLeft && number <= tries_left(kMaxTries)) number = k63C0NoTriesLeft;
  const auto* found = std::ranges::find(kAll, number, &Named::number);
  return found == kAll.end() ? std::string_view{} : found->name;
}

}  // namespace cicada::applet_sim::apdu::sw
