// What a test needs besides its subject. Must be the LAST include of a test file.
#pragma once

#include <string>
#include <string_view>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/hex.h"

// CppUTest redefines `new` for leak counting; the asan preset does that better.
#ifndef CPPUTEST_MEM_LEAK_DETECTION_DISABLED
#define CPPUTEST_MEM_LEAK_DETECTION_DISABLED
#endif
#include <CppUTest/TestHarness.h>

/// Compares octet strings and shows both in hexadecimal.
#define CHECK_BYTES(expected, actual) \
  STRCMP_EQUAL(::cicada::base::to_hex(expected).c_str(), ::cicada::base::to_hex(actual).c_str())

/// Compares texts.
#define CHECK_STRING(expected, actual) STRCMP_EQUAL(std::string{expected}.c_str(), std::string{actual}.c_str())

/// A Result must hold a value; otherwise its error is shown. `result` is evaluated once.
#define CHECK_OK(result)                                                                          \
  do {                                                                                            \
    const auto& cicada_checked = (result);                                                        \
    if (!cicada_checked) FAIL((#result " failed: " + cicada_checked.error().describe()).c_str()); \
  } while (false)

/// A Result must hold an error with this fault. `result` is evaluated once.
#define CHECK_FAULT(expected_fault, result)                                                                           \
  do {                                                                                                                \
    const auto& cicada_checked = (result);                                                                            \
    if (cicada_checked) FAIL(#result " succeeded, it must fail");                                                     \
    CHECK_STRING(::cicada::base::to_string(expected_fault), ::cicada::base::to_string(cicada_checked.error().fault)); \
  } while (false)
