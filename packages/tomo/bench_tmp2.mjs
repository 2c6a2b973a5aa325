import { ops, scope } from "@tomo/torch";
const [ni,nj,nk]=[512,512,100];
const T=64; const buf=new Float32Array(T*T);
function copy(out, inp, shape, strides, offset, slope, inter){
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
  for(let l=0;l<ln;l++){ let p=from+l*sl; for(let f=0;f<fn;f++,p+=sf) buf[f*T+l]=inp[p]*slope+inter; }
  for(let f=0;f<fn;f++){ const b=f*T; const o=to+f*of; for(let l=0;l<ln;l++) out[o+l]=buf[b+l]; }
}
for (const data of [new Int16Array(ni*nj*nk).map((_, n)=>n%3000), new Uint8Array(ni*nj*nk), new Float32Array(ni*nj*nk), new Float64Array(1000000), new Uint16Array(ni*nj*nk)]) {
const ts=[]; 
for(let r=0;r<6;r++){ const t=performance.now(); scope(()=>{const y=ops.empty([ni,nj,nk],{dtype:"float32"}); copy(y.view(),data,[ni,nj,nk],[1,ni,ni*nj],0,0.5,3); return null;}); ts.push(Math.round(performance.now()-t));} console.log(data.constructor.name,ts.join(" "));}
