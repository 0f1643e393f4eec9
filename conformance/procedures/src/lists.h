// One list a file; registry.cpp joins them.
#pragma once

#include <span>

#include "cicada/conformance/procedures/registry.h"

namespace cicada::conformance::procedures {

std::span<const NamedGiven> access_givens();       // access_givens.cpp: application selected, BAC, PACE, master file
std::span<const NamedGiven> chip_givens();         // chip_givens.cpp: chip authentication done
std::span<const NamedGiven> terminal_givens();     // terminal_givens.cpp: chains, terminal authentication done
std::span<const NamedProcedure> bac_procedures();  // bac.cpp: unit C
std::span<const NamedProcedure> session_procedures();      // session.cpp: unit C
std::span<const NamedProcedure> file_procedures();         // file_procedures.cpp: units B, D, E, O
std::span<const NamedProcedure> active_procedures();       // active.cpp: unit R
std::span<const NamedProcedure> pace_procedures();         // pace*.cpp: unit P
std::span<const NamedProcedure> chip_procedures();         // chip*.cpp: unit I
std::span<const NamedProcedure> certificate_procedures();  // certificate*.cpp: units J, M, N
std::span<const NamedProcedure> terminal_procedures();     // terminal*.cpp: units H, K, L

}  // namespace cicada::conformance::procedures
