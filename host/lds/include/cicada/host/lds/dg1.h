// DG1: the machine readable zone.
#pragma once

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/lds/com.h"
#include "cicada/host/lds/mrz.h"

namespace cicada::host::lds {

/// 61 { 5F1F MRZ }. @clause 9303-10 §4.7.1
struct Dg1 {
  ParsedMrz mrz;
  std::vector<UnknownObject> unknown;
};

/// Reads the whole file content. Fails with malformed; wrong check digits are in Dg1::mrz.checks.
[[nodiscard]] base::Result<Dg1> parse_dg1(base::ByteView file);

/// Fails as build_mrz does.
[[nodiscard]] base::Result<base::Bytes> build_dg1(const Mrz& fields);

}  // namespace cicada::host::lds
