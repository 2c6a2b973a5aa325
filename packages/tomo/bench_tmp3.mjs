import { ops, scope } from "@tomo/torch";
const [ni,nj,nk]=[512,512,100];
const cpu=()=>{const u=process.cpuUsage(); return (u.user+u.system)/1000};
function gen(T,layout){ return new Function("T","buf",`
return function copy(out, inp, shape, strides, offset, slope, inter){
  const rank=shape.length, last=rank-1;
  const fast=strides.findIndex(s=>Math.abs(s)===1);
  const outS=[]; let acc=1; for(let a=last;a>=0;a--){outS[a]=acc;acc*=shape[a];}
  const nf=shape[fast], nl=shape[last], sf=strides[fast], sl=strides[last], of=outS[fast];
  const outer=shape.map((_, a)=>a).filter(a=>a!==fast&&a!==last);
  const runs=outer.reduce((p,a)=>p*shape[a],1);
  const idx=new Array(outer.length).fill(0);
  for(let f0=0;f0<nf;f0+=T){ const fn=Math.min(T,nf-f0);
    idx.fill(0);
    for(let r=0;r<runs;r++){
      let p=offset+f0*sf, o=f0*of;
      for(let d=0;d<outer.length;d++){ p+=idx[d]*strides[outer[d]]; o+=idx[d]*outS[outer[d]]; }
      for(let l0=0;l0<nl;l0+=T){ const ln=Math.min(T,nl-l0);
        tile(out,inp,p+l0*sl,sl,sf,o+l0,of,fn,ln,slope,inter);
      }
      for(let d=outer.length-1;d>=0;d--){ if(++idx[d]<shape[outer[d]]) break; idx[d]=0; }
    }}
}
function tile(out,inp,from,sl,sf,to,of,fn,ln,slope,inter){
  ${layout==="fl"?`for(let l=0;l<ln;l++){ let p=from+l*sl; for(let f=0;f<fn;f++,p+=sf) buf[f*T+l]=inp[p]*slope+inter; }
  for(let f=0;f<fn;f++){ const b=f*T; const o=to+f*of; for(let l=0;l<ln;l++) out[o+l]=buf[b+l]; }`:
  layout==="lf"?`for(let l=0;l<ln;l++){ let p=from+l*sl; const b=l*T; for(let f=0;f<fn;f++,p+=sf) buf[b+f]=inp[p]*slope+inter; }
  for(let f=0;f<fn;f++){ const o=to+f*of; for(let l=0;l<ln;l++) out[o+l]=buf[l*T+f]; }`:
  `for(let f=0;f<fn;f++){ const o=to+f*of; let p=from+f*sf; for(let l=0;l<ln;l++,p+=sl) out[o+l]=inp[p]*slope+inter; }`}
}`)(T,new Float32Array(T*T+64)); }
const data=new Int16Array(ni*nj*nk).map((_, n)=>n%3000);
const own=new Float32Array(ni*nj*nk);
for (const where of ["tensor","own"]) for (const T of [16,32,64]) for (const layout of ["fl","lf","none"]) { const copy=gen(T,layout);
const ts=[]; 
for(let r=0;r<4;r++){ const t=cpu(); scope(()=>{ const out = where==="own"?own:ops.empty([ni,nj,nk],{dtype:"float32"}).view(); copy(out,data,[ni,nj,nk],[1,ni,ni*nj],0,0.5,3); return null;}); ts.push(Math.round(cpu()-t));} console.log(where,T,layout,ts.join(" "));}
